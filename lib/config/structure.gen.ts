// Whether a document has the structure of an OCI configuration. Generated from lib/config/schema by scripts/generate-config.ts: do not edit.
// @ts-nocheck
/** What ajv says of one place that is wrong. */
export interface StructureError {
  readonly instancePath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
}
export interface StructureCheck {
  (document: unknown): boolean
  errors?: StructureError[] | null
}

export const hasStructure: StructureCheck = validate10



function validate12(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.destination === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "destination"}});
errors++;
}
if(data.destination !== undefined){
if(typeof data.destination !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/destination",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.type !== undefined){
if(typeof data.type !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.source !== undefined){
if(typeof data.source !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/source",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.options !== undefined){
let data3 = data.options;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(typeof data3[i0] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/options/" + i0,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/options",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.uidMappings !== undefined){
let data5 = data.uidMappings;
if(Array.isArray(data5)){
const len1 = data5.length;
for(let i1=0; i1<len1; i1++){
let data6 = data5[i1];
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.containerID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "containerID"}});
errors++;
}
if(data6.hostID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "hostID"}});
errors++;
}
if(data6.size === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "size"}});
errors++;
}
if(data6.containerID !== undefined){
let data7 = data6.containerID;
if(!(Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/containerID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data6.hostID !== undefined){
let data8 = data6.hostID;
if(!(Number.isSafeInteger(data8) && data8 >= 0 && data8 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/hostID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data6.size !== undefined){
let data9 = data6.size;
if(!(Number.isSafeInteger(data9) && data9 >= 0 && data9 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/size",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.gidMappings !== undefined){
let data10 = data.gidMappings;
if(Array.isArray(data10)){
const len2 = data10.length;
for(let i2=0; i2<len2; i2++){
let data11 = data10[i2];
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
if(data11.containerID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "containerID"}});
errors++;
}
if(data11.hostID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "hostID"}});
errors++;
}
if(data11.size === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "size"}});
errors++;
}
if(data11.containerID !== undefined){
let data12 = data11.containerID;
if(!(Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/containerID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data11.hostID !== undefined){
let data13 = data11.hostID;
if(!(Number.isSafeInteger(data13) && data13 >= 0 && data13 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/hostID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data11.size !== undefined){
let data14 = data11.size;
if(!(Number.isSafeInteger(data14) && data14 >= 0 && data14 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/size",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate12.errors = vErrors;
return errors === 0;
}

const schema22 = {"required":["policy"],"type":"object","properties":{"policy":{"enum":["SCHED_OTHER","SCHED_FIFO","SCHED_RR","SCHED_BATCH","SCHED_ISO","SCHED_IDLE","SCHED_DEADLINE"],"type":"string"},"nice":{"integer":"int32"},"priority":{"integer":"int32"},"flags":{"type":"array","items":{"enum":["SCHED_FLAG_RESET_ON_FORK","SCHED_FLAG_RECLAIM","SCHED_FLAG_DL_OVERRUN","SCHED_FLAG_KEEP_POLICY","SCHED_FLAG_KEEP_PARAMS","SCHED_FLAG_UTIL_CLAMP_MIN","SCHED_FLAG_UTIL_CLAMP_MAX"],"type":"string"}},"runtime":{"integer":"uint64"},"deadline":{"integer":"uint64"},"period":{"integer":"uint64"}}};
const schema23 = {"required":["class"],"type":"object","properties":{"class":{"enum":["IOPRIO_CLASS_RT","IOPRIO_CLASS_BE","IOPRIO_CLASS_IDLE"],"type":"string"},"priority":{"integer":"int32"}}};
const pattern0 = new RegExp("^[0-9, -]*$", "");

function validate14(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.cwd === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "cwd"}});
errors++;
}
if(data.args !== undefined){
let data0 = data.args;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(typeof data0[i0] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/args/" + i0,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.cwd !== undefined){
if(typeof data.cwd !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/cwd",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.env !== undefined){
let data3 = data.env;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
if(typeof data3[i1] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/env/" + i1,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.terminal !== undefined){
if(typeof data.terminal !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/terminal",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
if(data.consoleSize !== undefined){
let data6 = data.consoleSize;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.height === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/consoleSize",keyword:"required",params:{missingProperty: "height"}});
errors++;
}
if(data6.width === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/consoleSize",keyword:"required",params:{missingProperty: "width"}});
errors++;
}
if(data6.height !== undefined){
let data7 = data6.height;
if(!(typeof data7 == "bigint" ? data7 >= 0n && data7 <= 0xffffffffffffffffn : Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/consoleSize/height",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data6.width !== undefined){
let data8 = data6.width;
if(!(typeof data8 == "bigint" ? data8 >= 0n && data8 <= 0xffffffffffffffffn : Number.isSafeInteger(data8) && data8 >= 0 && data8 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/consoleSize/width",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/consoleSize",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.user !== undefined){
let data9 = data.user;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.uid !== undefined){
let data10 = data9.uid;
if(!(Number.isSafeInteger(data10) && data10 >= 0 && data10 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/user/uid",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data9.gid !== undefined){
let data11 = data9.gid;
if(!(Number.isSafeInteger(data11) && data11 >= 0 && data11 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/user/gid",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data9.umask !== undefined){
let data12 = data9.umask;
if(!(Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/user/umask",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data9.additionalGids !== undefined){
let data13 = data9.additionalGids;
if(Array.isArray(data13)){
const len2 = data13.length;
for(let i2=0; i2<len2; i2++){
let data14 = data13[i2];
if(!(Number.isSafeInteger(data14) && data14 >= 0 && data14 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/user/additionalGids/" + i2,keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/user/additionalGids",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data9.username !== undefined){
if(typeof data9.username !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/user/username",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/user",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.capabilities !== undefined){
let data16 = data.capabilities;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.bounding !== undefined){
let data17 = data16.bounding;
if(Array.isArray(data17)){
const len3 = data17.length;
for(let i3=0; i3<len3; i3++){
if(typeof data17[i3] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/bounding/" + i3,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/bounding",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data16.permitted !== undefined){
let data19 = data16.permitted;
if(Array.isArray(data19)){
const len4 = data19.length;
for(let i4=0; i4<len4; i4++){
if(typeof data19[i4] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/permitted/" + i4,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/permitted",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data16.effective !== undefined){
let data21 = data16.effective;
if(Array.isArray(data21)){
const len5 = data21.length;
for(let i5=0; i5<len5; i5++){
if(typeof data21[i5] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/effective/" + i5,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/effective",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data16.inheritable !== undefined){
let data23 = data16.inheritable;
if(Array.isArray(data23)){
const len6 = data23.length;
for(let i6=0; i6<len6; i6++){
if(typeof data23[i6] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/inheritable/" + i6,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/inheritable",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data16.ambient !== undefined){
let data25 = data16.ambient;
if(Array.isArray(data25)){
const len7 = data25.length;
for(let i7=0; i7<len7; i7++){
if(typeof data25[i7] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/ambient/" + i7,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities/ambient",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/capabilities",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.rlimits !== undefined){
let data27 = data.rlimits;
if(Array.isArray(data27)){
const len8 = data27.length;
for(let i8=0; i8<len8; i8++){
let data28 = data27[i8];
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
if(data28.type === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "type"}});
errors++;
}
if(data28.soft === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "soft"}});
errors++;
}
if(data28.hard === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "hard"}});
errors++;
}
if(data28.type !== undefined){
if(typeof data28.type !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8+"/type",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data28.soft !== undefined){
let data30 = data28.soft;
if(!(typeof data30 == "bigint" ? data30 >= 0n && data30 <= 0xffffffffffffffffn : Number.isSafeInteger(data30) && data30 >= 0 && data30 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8+"/soft",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data28.hard !== undefined){
let data31 = data28.hard;
if(!(typeof data31 == "bigint" ? data31 >= 0n && data31 <= 0xffffffffffffffffn : Number.isSafeInteger(data31) && data31 >= 0 && data31 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8+"/hard",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/rlimits/" + i8,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/rlimits",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.noNewPrivileges !== undefined){
if(typeof data.noNewPrivileges !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/noNewPrivileges",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
if(data.oomScoreAdj !== undefined){
let data33 = data.oomScoreAdj;
if(!(Number.isSafeInteger(data33) && data33 >= -2147483648 && data33 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/oomScoreAdj",keyword:"integer",params:{integer: "int32"}});
errors++;
}
}
if(data.apparmorProfile !== undefined){
if(typeof data.apparmorProfile !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/apparmorProfile",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.selinuxLabel !== undefined){
if(typeof data.selinuxLabel !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/selinuxLabel",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.scheduler !== undefined){
let data36 = data.scheduler;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.policy === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler",keyword:"required",params:{missingProperty: "policy"}});
errors++;
}
if(data36.policy !== undefined){
let data37 = data36.policy;
if(typeof data37 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/policy",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((data37 === "SCHED_OTHER") || (data37 === "SCHED_FIFO")) || (data37 === "SCHED_RR")) || (data37 === "SCHED_BATCH")) || (data37 === "SCHED_ISO")) || (data37 === "SCHED_IDLE")) || (data37 === "SCHED_DEADLINE"))){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/policy",keyword:"enum",params:{allowedValues: schema22.properties.policy.enum}});
errors++;
}
}
if(data36.nice !== undefined){
let data38 = data36.nice;
if(!(Number.isSafeInteger(data38) && data38 >= -2147483648 && data38 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/nice",keyword:"integer",params:{integer: "int32"}});
errors++;
}
}
if(data36.priority !== undefined){
let data39 = data36.priority;
if(!(Number.isSafeInteger(data39) && data39 >= -2147483648 && data39 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/priority",keyword:"integer",params:{integer: "int32"}});
errors++;
}
}
if(data36.flags !== undefined){
let data40 = data36.flags;
if(Array.isArray(data40)){
const len9 = data40.length;
for(let i9=0; i9<len9; i9++){
let data41 = data40[i9];
if(typeof data41 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/flags/" + i9,keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((data41 === "SCHED_FLAG_RESET_ON_FORK") || (data41 === "SCHED_FLAG_RECLAIM")) || (data41 === "SCHED_FLAG_DL_OVERRUN")) || (data41 === "SCHED_FLAG_KEEP_POLICY")) || (data41 === "SCHED_FLAG_KEEP_PARAMS")) || (data41 === "SCHED_FLAG_UTIL_CLAMP_MIN")) || (data41 === "SCHED_FLAG_UTIL_CLAMP_MAX"))){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/flags/" + i9,keyword:"enum",params:{allowedValues: schema22.properties.flags.items.enum}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/flags",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data36.runtime !== undefined){
let data42 = data36.runtime;
if(!(typeof data42 == "bigint" ? data42 >= 0n && data42 <= 0xffffffffffffffffn : Number.isSafeInteger(data42) && data42 >= 0 && data42 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/runtime",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data36.deadline !== undefined){
let data43 = data36.deadline;
if(!(typeof data43 == "bigint" ? data43 >= 0n && data43 <= 0xffffffffffffffffn : Number.isSafeInteger(data43) && data43 >= 0 && data43 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/deadline",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data36.period !== undefined){
let data44 = data36.period;
if(!(typeof data44 == "bigint" ? data44 >= 0n && data44 <= 0xffffffffffffffffn : Number.isSafeInteger(data44) && data44 >= 0 && data44 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/scheduler/period",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/scheduler",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.ioPriority !== undefined){
let data45 = data.ioPriority;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if(data45.class === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/ioPriority",keyword:"required",params:{missingProperty: "class"}});
errors++;
}
if(data45.class !== undefined){
let data46 = data45.class;
if(typeof data46 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/ioPriority/class",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((data46 === "IOPRIO_CLASS_RT") || (data46 === "IOPRIO_CLASS_BE")) || (data46 === "IOPRIO_CLASS_IDLE"))){
(vErrors ??= []).push({instancePath:instancePath+"/ioPriority/class",keyword:"enum",params:{allowedValues: schema23.properties.class.enum}});
errors++;
}
}
if(data45.priority !== undefined){
let data47 = data45.priority;
if(!(Number.isSafeInteger(data47) && data47 >= -2147483648 && data47 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/ioPriority/priority",keyword:"integer",params:{integer: "int32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/ioPriority",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.execCPUAffinity !== undefined){
let data48 = data.execCPUAffinity;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if(data48.initial !== undefined){
let data49 = data48.initial;
if(typeof data49 === "string"){
if(!pattern0.test(data49)){
(vErrors ??= []).push({instancePath:instancePath+"/execCPUAffinity/initial",keyword:"pattern",params:{pattern: "^[0-9, -]*$"}});
errors++;
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/execCPUAffinity/initial",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data48.final !== undefined){
let data50 = data48.final;
if(typeof data50 === "string"){
if(!pattern0.test(data50)){
(vErrors ??= []).push({instancePath:instancePath+"/execCPUAffinity/final",keyword:"pattern",params:{pattern: "^[0-9, -]*$"}});
errors++;
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/execCPUAffinity/final",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/execCPUAffinity",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.commandLine !== undefined){
if(typeof data.commandLine !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/commandLine",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate14.errors = vErrors;
return errors === 0;
}


function validate16(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.prestart !== undefined){
let data0 = data.prestart;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
let data1 = data0[i0];
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data1.args !== undefined){
let data3 = data1.args;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
if(typeof data3[i1] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/args/" + i1,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data1.env !== undefined){
let data5 = data1.env;
if(Array.isArray(data5)){
const len2 = data5.length;
for(let i2=0; i2<len2; i2++){
if(typeof data5[i2] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/env/" + i2,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data1.timeout !== undefined){
let data7 = data1.timeout;
if(!(Number.isSafeInteger(data7) && data7 >= -2147483648 && data7 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/prestart/" + i0,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/prestart",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.createRuntime !== undefined){
let data8 = data.createRuntime;
if(Array.isArray(data8)){
const len3 = data8.length;
for(let i3=0; i3<len3; i3++){
let data9 = data8[i3];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data9.path !== undefined){
if(typeof data9.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data9.args !== undefined){
let data11 = data9.args;
if(Array.isArray(data11)){
const len4 = data11.length;
for(let i4=0; i4<len4; i4++){
if(typeof data11[i4] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/args/" + i4,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data9.env !== undefined){
let data13 = data9.env;
if(Array.isArray(data13)){
const len5 = data13.length;
for(let i5=0; i5<len5; i5++){
if(typeof data13[i5] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/env/" + i5,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data9.timeout !== undefined){
let data15 = data9.timeout;
if(!(Number.isSafeInteger(data15) && data15 >= -2147483648 && data15 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 1 || isNaN(data15)){
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime/" + i3,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createRuntime",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.createContainer !== undefined){
let data16 = data.createContainer;
if(Array.isArray(data16)){
const len6 = data16.length;
for(let i6=0; i6<len6; i6++){
let data17 = data16[i6];
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
if(data17.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data17.path !== undefined){
if(typeof data17.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data17.args !== undefined){
let data19 = data17.args;
if(Array.isArray(data19)){
const len7 = data19.length;
for(let i7=0; i7<len7; i7++){
if(typeof data19[i7] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/args/" + i7,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data17.env !== undefined){
let data21 = data17.env;
if(Array.isArray(data21)){
const len8 = data21.length;
for(let i8=0; i8<len8; i8++){
if(typeof data21[i8] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/env/" + i8,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data17.timeout !== undefined){
let data23 = data17.timeout;
if(!(Number.isSafeInteger(data23) && data23 >= -2147483648 && data23 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < 1 || isNaN(data23)){
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createContainer/" + i6,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/createContainer",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.startContainer !== undefined){
let data24 = data.startContainer;
if(Array.isArray(data24)){
const len9 = data24.length;
for(let i9=0; i9<len9; i9++){
let data25 = data24[i9];
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data25.path !== undefined){
if(typeof data25.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data25.args !== undefined){
let data27 = data25.args;
if(Array.isArray(data27)){
const len10 = data27.length;
for(let i10=0; i10<len10; i10++){
if(typeof data27[i10] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/args/" + i10,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data25.env !== undefined){
let data29 = data25.env;
if(Array.isArray(data29)){
const len11 = data29.length;
for(let i11=0; i11<len11; i11++){
if(typeof data29[i11] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/env/" + i11,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data25.timeout !== undefined){
let data31 = data25.timeout;
if(!(Number.isSafeInteger(data31) && data31 >= -2147483648 && data31 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 < 1 || isNaN(data31)){
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/startContainer/" + i9,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/startContainer",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.poststart !== undefined){
let data32 = data.poststart;
if(Array.isArray(data32)){
const len12 = data32.length;
for(let i12=0; i12<len12; i12++){
let data33 = data32[i12];
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data33.path !== undefined){
if(typeof data33.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data33.args !== undefined){
let data35 = data33.args;
if(Array.isArray(data35)){
const len13 = data35.length;
for(let i13=0; i13<len13; i13++){
if(typeof data35[i13] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/args/" + i13,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data33.env !== undefined){
let data37 = data33.env;
if(Array.isArray(data37)){
const len14 = data37.length;
for(let i14=0; i14<len14; i14++){
if(typeof data37[i14] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/env/" + i14,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data33.timeout !== undefined){
let data39 = data33.timeout;
if(!(Number.isSafeInteger(data39) && data39 >= -2147483648 && data39 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 1 || isNaN(data39)){
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststart/" + i12,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststart",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.poststop !== undefined){
let data40 = data.poststop;
if(Array.isArray(data40)){
const len15 = data40.length;
for(let i15=0; i15<len15; i15++){
let data41 = data40[i15];
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data41.path !== undefined){
if(typeof data41.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data41.args !== undefined){
let data43 = data41.args;
if(Array.isArray(data43)){
const len16 = data43.length;
for(let i16=0; i16<len16; i16++){
if(typeof data43[i16] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/args/" + i16,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data41.env !== undefined){
let data45 = data41.env;
if(Array.isArray(data45)){
const len17 = data45.length;
for(let i17=0; i17<len17; i17++){
if(typeof data45[i17] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/env/" + i17,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/env",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data41.timeout !== undefined){
let data47 = data41.timeout;
if(!(Number.isSafeInteger(data47) && data47 >= -2147483648 && data47 <= 2147483647)){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/timeout",keyword:"integer",params:{integer: "int32"}});
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 < 1 || isNaN(data47)){
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}});
errors++;
}
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststop/" + i15,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/poststop",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate16.errors = vErrors;
return errors === 0;
}

const schema32 = {"type":"object","properties":{"namespaces":{"type":"array","items":{"$ref":"#/$defs/Namespace"}},"uidMappings":{"type":"array","items":{"$ref":"#/$defs/IdMapping"}},"gidMappings":{"type":"array","items":{"$ref":"#/$defs/IdMapping"}},"timeOffsets":{"$ref":"#/$defs/TimeOffsets"},"devices":{"type":"array","items":{"$ref":"#/$defs/Device"}},"netDevices":{"type":"object","additionalProperties":{"$ref":"#/$defs/NetDevice"}},"cgroupsPath":{"type":"string"},"resources":{"$ref":"#/$defs/Resources"},"rootfsPropagation":{"enum":["private","shared","slave","unbindable","rprivate","rshared","rslave","runbindable"],"type":"string"},"seccomp":{"$ref":"#/$defs/Seccomp"},"sysctl":{"type":"object","additionalProperties":{"type":"string"}},"maskedPaths":{"type":"array","items":{"type":"string"}},"readonlyPaths":{"type":"array","items":{"type":"string"}},"mountLabel":{"type":"string"},"intelRdt":{"$ref":"#/$defs/IntelRdt"},"memoryPolicy":{"$ref":"#/$defs/MemoryPolicy"},"personality":{"$ref":"#/$defs/Personality"}}};
const schema40 = {"required":["type","path"],"type":"object","properties":{"type":{"enum":["c","u","b","p"],"type":"string"},"path":{"type":"string"},"major":{"integer":"int64"},"minor":{"integer":"int64"},"fileMode":{"minimum":0,"maximum":511,"type":"integer"},"uid":{"integer":"uint32"},"gid":{"integer":"uint32"}}};
const schema66 = {"required":["mode"],"type":"object","properties":{"mode":{"enum":["MPOL_DEFAULT","MPOL_BIND","MPOL_INTERLEAVE","MPOL_WEIGHTED_INTERLEAVE","MPOL_PREFERRED","MPOL_PREFERRED_MANY","MPOL_LOCAL"],"type":"string"},"nodes":{"type":"string"},"flags":{"type":"array","items":{"enum":["MPOL_F_NUMA_BALANCING","MPOL_F_RELATIVE_NODES","MPOL_F_STATIC_NODES"],"type":"string"}}}};
const schema67 = {"required":["domain"],"type":"object","properties":{"domain":{"enum":["LINUX","LINUX32"],"type":"string"},"flags":{"type":"array","items":{"type":"string"}}}};
const schema34 = {"enum":["mount","pid","network","uts","ipc","user","cgroup","time"],"type":"string"};

function validate19(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.type === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "type"}});
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}});
errors++;
}
if(!((((((((data0 === "mount") || (data0 === "pid")) || (data0 === "network")) || (data0 === "uts")) || (data0 === "ipc")) || (data0 === "user")) || (data0 === "cgroup")) || (data0 === "time"))){
(vErrors ??= []).push({instancePath:instancePath+"/type",keyword:"enum",params:{allowedValues: schema34.enum}});
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate19.errors = vErrors;
return errors === 0;
}


function validate21(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.boottime !== undefined){
let data0 = data.boottime;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
if(data0.secs !== undefined){
let data1 = data0.secs;
if(!(typeof data1 == "bigint" ? BigInt.asIntN(64, data1) === data1 : Number.isSafeInteger(data1) && data1 >= -9223372036854776000 && data1 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/boottime/secs",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data0.nanosecs !== undefined){
let data2 = data0.nanosecs;
if(!(Number.isSafeInteger(data2) && data2 >= 0 && data2 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/boottime/nanosecs",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/boottime",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.monotonic !== undefined){
let data3 = data.monotonic;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.secs !== undefined){
let data4 = data3.secs;
if(!(typeof data4 == "bigint" ? BigInt.asIntN(64, data4) === data4 : Number.isSafeInteger(data4) && data4 >= -9223372036854776000 && data4 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/monotonic/secs",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data3.nanosecs !== undefined){
let data5 = data3.nanosecs;
if(!(Number.isSafeInteger(data5) && data5 >= 0 && data5 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/monotonic/nanosecs",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/monotonic",keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate21.errors = vErrors;
return errors === 0;
}

const schema43 = {"required":["allow"],"type":"object","properties":{"allow":{"type":"boolean"},"type":{"enum":["a","c","b"],"type":"string"},"major":{"integer":"int64"},"minor":{"integer":"int64"},"access":{"type":"string"}}};

function validate24(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.weight !== undefined){
let data0 = data.weight;
if(!(Number.isSafeInteger(data0) && data0 >= 0 && data0 <= 65535)){
(vErrors ??= []).push({instancePath:instancePath+"/weight",keyword:"integer",params:{integer: "uint16"}});
errors++;
}
}
if(data.leafWeight !== undefined){
let data1 = data.leafWeight;
if(!(Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 65535)){
(vErrors ??= []).push({instancePath:instancePath+"/leafWeight",keyword:"integer",params:{integer: "uint16"}});
errors++;
}
}
if(data.weightDevice !== undefined){
let data2 = data.weightDevice;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.major === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0,keyword:"required",params:{missingProperty: "major"}});
errors++;
}
if(data3.minor === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0,keyword:"required",params:{missingProperty: "minor"}});
errors++;
}
if(data3.major !== undefined){
let data4 = data3.major;
if(!(typeof data4 == "bigint" ? BigInt.asIntN(64, data4) === data4 : Number.isSafeInteger(data4) && data4 >= -9223372036854776000 && data4 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data3.minor !== undefined){
let data5 = data3.minor;
if(!(typeof data5 == "bigint" ? BigInt.asIntN(64, data5) === data5 : Number.isSafeInteger(data5) && data5 >= -9223372036854776000 && data5 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data3.weight !== undefined){
let data6 = data3.weight;
if(!(Number.isSafeInteger(data6) && data6 >= 0 && data6 <= 65535)){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0+"/weight",keyword:"integer",params:{integer: "uint16"}});
errors++;
}
}
if(data3.leafWeight !== undefined){
let data7 = data3.leafWeight;
if(!(Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 65535)){
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0+"/leafWeight",keyword:"integer",params:{integer: "uint16"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice/" + i0,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/weightDevice",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.throttleReadBpsDevice !== undefined){
let data8 = data.throttleReadBpsDevice;
if(Array.isArray(data8)){
const len1 = data8.length;
for(let i1=0; i1<len1; i1++){
let data9 = data8[i1];
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.major === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"required",params:{missingProperty: "major"}});
errors++;
}
if(data9.minor === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"required",params:{missingProperty: "minor"}});
errors++;
}
if(data9.major !== undefined){
let data10 = data9.major;
if(!(typeof data10 == "bigint" ? BigInt.asIntN(64, data10) === data10 : Number.isSafeInteger(data10) && data10 >= -9223372036854776000 && data10 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.minor !== undefined){
let data11 = data9.minor;
if(!(typeof data11 == "bigint" ? BigInt.asIntN(64, data11) === data11 : Number.isSafeInteger(data11) && data11 >= -9223372036854776000 && data11 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.rate !== undefined){
let data12 = data9.rate;
if(!(typeof data12 == "bigint" ? data12 >= 0n && data12 <= 0xffffffffffffffffn : Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/rate",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadBpsDevice",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.throttleWriteBpsDevice !== undefined){
let data13 = data.throttleWriteBpsDevice;
if(Array.isArray(data13)){
const len2 = data13.length;
for(let i2=0; i2<len2; i2++){
let data14 = data13[i2];
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.major === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"required",params:{missingProperty: "major"}});
errors++;
}
if(data14.minor === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"required",params:{missingProperty: "minor"}});
errors++;
}
if(data14.major !== undefined){
let data15 = data14.major;
if(!(typeof data15 == "bigint" ? BigInt.asIntN(64, data15) === data15 : Number.isSafeInteger(data15) && data15 >= -9223372036854776000 && data15 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data14.minor !== undefined){
let data16 = data14.minor;
if(!(typeof data16 == "bigint" ? BigInt.asIntN(64, data16) === data16 : Number.isSafeInteger(data16) && data16 >= -9223372036854776000 && data16 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data14.rate !== undefined){
let data17 = data14.rate;
if(!(typeof data17 == "bigint" ? data17 >= 0n && data17 <= 0xffffffffffffffffn : Number.isSafeInteger(data17) && data17 >= 0 && data17 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/rate",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteBpsDevice",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.throttleReadIOPSDevice !== undefined){
let data18 = data.throttleReadIOPSDevice;
if(Array.isArray(data18)){
const len3 = data18.length;
for(let i3=0; i3<len3; i3++){
let data19 = data18[i3];
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.major === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"required",params:{missingProperty: "major"}});
errors++;
}
if(data19.minor === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"required",params:{missingProperty: "minor"}});
errors++;
}
if(data19.major !== undefined){
let data20 = data19.major;
if(!(typeof data20 == "bigint" ? BigInt.asIntN(64, data20) === data20 : Number.isSafeInteger(data20) && data20 >= -9223372036854776000 && data20 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data19.minor !== undefined){
let data21 = data19.minor;
if(!(typeof data21 == "bigint" ? BigInt.asIntN(64, data21) === data21 : Number.isSafeInteger(data21) && data21 >= -9223372036854776000 && data21 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data19.rate !== undefined){
let data22 = data19.rate;
if(!(typeof data22 == "bigint" ? data22 >= 0n && data22 <= 0xffffffffffffffffn : Number.isSafeInteger(data22) && data22 >= 0 && data22 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/rate",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleReadIOPSDevice",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.throttleWriteIOPSDevice !== undefined){
let data23 = data.throttleWriteIOPSDevice;
if(Array.isArray(data23)){
const len4 = data23.length;
for(let i4=0; i4<len4; i4++){
let data24 = data23[i4];
if(data24 && typeof data24 == "object" && !Array.isArray(data24)){
if(data24.major === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"required",params:{missingProperty: "major"}});
errors++;
}
if(data24.minor === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"required",params:{missingProperty: "minor"}});
errors++;
}
if(data24.major !== undefined){
let data25 = data24.major;
if(!(typeof data25 == "bigint" ? BigInt.asIntN(64, data25) === data25 : Number.isSafeInteger(data25) && data25 >= -9223372036854776000 && data25 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data24.minor !== undefined){
let data26 = data24.minor;
if(!(typeof data26 == "bigint" ? BigInt.asIntN(64, data26) === data26 : Number.isSafeInteger(data26) && data26 >= -9223372036854776000 && data26 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data24.rate !== undefined){
let data27 = data24.rate;
if(!(typeof data27 == "bigint" ? data27 >= 0n && data27 <= 0xffffffffffffffffn : Number.isSafeInteger(data27) && data27 >= 0 && data27 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/rate",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/throttleWriteIOPSDevice",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate24.errors = vErrors;
return errors === 0;
}


function validate26(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.classID !== undefined){
let data0 = data.classID;
if(!(Number.isSafeInteger(data0) && data0 >= 0 && data0 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/classID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data.priorities !== undefined){
let data1 = data.priorities;
if(Array.isArray(data1)){
const len0 = data1.length;
for(let i0=0; i0<len0; i0++){
let data2 = data1[i0];
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/priorities/" + i0,keyword:"required",params:{missingProperty: "name"}});
errors++;
}
if(data2.priority === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/priorities/" + i0,keyword:"required",params:{missingProperty: "priority"}});
errors++;
}
if(data2.name !== undefined){
if(typeof data2.name !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/priorities/" + i0+"/name",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data2.priority !== undefined){
let data4 = data2.priority;
if(!(Number.isSafeInteger(data4) && data4 >= 0 && data4 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/priorities/" + i0+"/priority",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/priorities/" + i0,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/priorities",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate26.errors = vErrors;
return errors === 0;
}

const pattern2 = new RegExp("^[1-9][0-9]*[KMG]B$", "");

function validate23(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.unified !== undefined){
let data0 = data.unified;
if(data0 && typeof data0 == "object" && !Array.isArray(data0)){
for(const key0 in data0){
if(typeof data0[key0] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/unified/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/unified",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.devices !== undefined){
let data2 = data.devices;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.allow === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0,keyword:"required",params:{missingProperty: "allow"}});
errors++;
}
if(data3.allow !== undefined){
if(typeof data3.allow !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/allow",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
if(data3.type !== undefined){
let data5 = data3.type;
if(typeof data5 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/type",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((data5 === "a") || (data5 === "c")) || (data5 === "b"))){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/type",keyword:"enum",params:{allowedValues: schema43.properties.type.enum}});
errors++;
}
}
if(data3.major !== undefined){
let data6 = data3.major;
if(!(typeof data6 == "bigint" ? BigInt.asIntN(64, data6) === data6 : Number.isSafeInteger(data6) && data6 >= -9223372036854776000 && data6 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data3.minor !== undefined){
let data7 = data3.minor;
if(!(typeof data7 == "bigint" ? BigInt.asIntN(64, data7) === data7 : Number.isSafeInteger(data7) && data7 >= -9223372036854776000 && data7 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data3.access !== undefined){
if(typeof data3.access !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0+"/access",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i0,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/devices",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.memory !== undefined){
let data9 = data.memory;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.limit !== undefined){
let data10 = data9.limit;
if(!(typeof data10 == "bigint" ? BigInt.asIntN(64, data10) === data10 : Number.isSafeInteger(data10) && data10 >= -9223372036854776000 && data10 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/limit",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.reservation !== undefined){
let data11 = data9.reservation;
if(!(typeof data11 == "bigint" ? BigInt.asIntN(64, data11) === data11 : Number.isSafeInteger(data11) && data11 >= -9223372036854776000 && data11 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/reservation",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.swap !== undefined){
let data12 = data9.swap;
if(!(typeof data12 == "bigint" ? BigInt.asIntN(64, data12) === data12 : Number.isSafeInteger(data12) && data12 >= -9223372036854776000 && data12 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/swap",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.kernel !== undefined){
let data13 = data9.kernel;
if(!(typeof data13 == "bigint" ? BigInt.asIntN(64, data13) === data13 : Number.isSafeInteger(data13) && data13 >= -9223372036854776000 && data13 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/kernel",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.kernelTCP !== undefined){
let data14 = data9.kernelTCP;
if(!(typeof data14 == "bigint" ? BigInt.asIntN(64, data14) === data14 : Number.isSafeInteger(data14) && data14 >= -9223372036854776000 && data14 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/kernelTCP",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data9.swappiness !== undefined){
let data15 = data9.swappiness;
if(!(typeof data15 == "bigint" ? data15 >= 0n && data15 <= 0xffffffffffffffffn : Number.isSafeInteger(data15) && data15 >= 0 && data15 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/memory/swappiness",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data9.disableOOMKiller !== undefined){
if(typeof data9.disableOOMKiller !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/memory/disableOOMKiller",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
if(data9.useHierarchy !== undefined){
if(typeof data9.useHierarchy !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/memory/useHierarchy",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
if(data9.checkBeforeUpdate !== undefined){
if(typeof data9.checkBeforeUpdate !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/memory/checkBeforeUpdate",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/memory",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.cpu !== undefined){
let data19 = data.cpu;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.shares !== undefined){
let data20 = data19.shares;
if(!(typeof data20 == "bigint" ? data20 >= 0n && data20 <= 0xffffffffffffffffn : Number.isSafeInteger(data20) && data20 >= 0 && data20 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/shares",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data19.quota !== undefined){
let data21 = data19.quota;
if(!(typeof data21 == "bigint" ? BigInt.asIntN(64, data21) === data21 : Number.isSafeInteger(data21) && data21 >= -9223372036854776000 && data21 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/quota",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data19.burst !== undefined){
let data22 = data19.burst;
if(!(typeof data22 == "bigint" ? data22 >= 0n && data22 <= 0xffffffffffffffffn : Number.isSafeInteger(data22) && data22 >= 0 && data22 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/burst",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data19.period !== undefined){
let data23 = data19.period;
if(!(typeof data23 == "bigint" ? data23 >= 0n && data23 <= 0xffffffffffffffffn : Number.isSafeInteger(data23) && data23 >= 0 && data23 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/period",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data19.realtimeRuntime !== undefined){
let data24 = data19.realtimeRuntime;
if(!(typeof data24 == "bigint" ? BigInt.asIntN(64, data24) === data24 : Number.isSafeInteger(data24) && data24 >= -9223372036854776000 && data24 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/realtimeRuntime",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data19.realtimePeriod !== undefined){
let data25 = data19.realtimePeriod;
if(!(typeof data25 == "bigint" ? data25 >= 0n && data25 <= 0xffffffffffffffffn : Number.isSafeInteger(data25) && data25 >= 0 && data25 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/realtimePeriod",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data19.cpus !== undefined){
if(typeof data19.cpus !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/cpus",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data19.mems !== undefined){
if(typeof data19.mems !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/mems",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data19.idle !== undefined){
let data28 = data19.idle;
if(!(typeof data28 == "bigint" ? BigInt.asIntN(64, data28) === data28 : Number.isSafeInteger(data28) && data28 >= -9223372036854776000 && data28 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/cpu/idle",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/cpu",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.pids !== undefined){
let data29 = data.pids;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(data29.limit === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/pids",keyword:"required",params:{missingProperty: "limit"}});
errors++;
}
if(data29.limit !== undefined){
let data30 = data29.limit;
if(!(typeof data30 == "bigint" ? BigInt.asIntN(64, data30) === data30 : Number.isSafeInteger(data30) && data30 >= -9223372036854776000 && data30 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/pids/limit",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/pids",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.blockIO !== undefined){
if(!(validate24(data.blockIO, {instancePath:instancePath+"/blockIO",parentData:data,parentDataProperty:"blockIO",rootData}))){
vErrors = vErrors === null ? validate24.errors : vErrors.concat(validate24.errors);
errors = vErrors.length;
}
}
if(data.hugepageLimits !== undefined){
let data32 = data.hugepageLimits;
if(Array.isArray(data32)){
const len1 = data32.length;
for(let i1=0; i1<len1; i1++){
let data33 = data32[i1];
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.pageSize === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"required",params:{missingProperty: "pageSize"}});
errors++;
}
if(data33.limit === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"required",params:{missingProperty: "limit"}});
errors++;
}
if(data33.pageSize !== undefined){
let data34 = data33.pageSize;
if(typeof data34 === "string"){
if(!pattern2.test(data34)){
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1+"/pageSize",keyword:"pattern",params:{pattern: "^[1-9][0-9]*[KMG]B$"}});
errors++;
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1+"/pageSize",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data33.limit !== undefined){
let data35 = data33.limit;
if(!(typeof data35 == "bigint" ? data35 >= 0n && data35 <= 0xffffffffffffffffn : Number.isSafeInteger(data35) && data35 >= 0 && data35 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1+"/limit",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/hugepageLimits",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.network !== undefined){
if(!(validate26(data.network, {instancePath:instancePath+"/network",parentData:data,parentDataProperty:"network",rootData}))){
vErrors = vErrors === null ? validate26.errors : vErrors.concat(validate26.errors);
errors = vErrors.length;
}
}
if(data.rdma !== undefined){
let data37 = data.rdma;
if(data37 && typeof data37 == "object" && !Array.isArray(data37)){
for(const key1 in data37){
let data38 = data37[key1];
if(data38 && typeof data38 == "object" && !Array.isArray(data38)){
if(data38.hcaHandles !== undefined){
let data39 = data38.hcaHandles;
if(!(Number.isSafeInteger(data39) && data39 >= 0 && data39 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/hcaHandles",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data38.hcaObjects !== undefined){
let data40 = data38.hcaObjects;
if(!(Number.isSafeInteger(data40) && data40 >= 0 && data40 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/hcaObjects",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/rdma",keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate23.errors = vErrors;
return errors === 0;
}

const schema58 = {"enum":["SCMP_ACT_KILL","SCMP_ACT_KILL_PROCESS","SCMP_ACT_KILL_THREAD","SCMP_ACT_TRAP","SCMP_ACT_ERRNO","SCMP_ACT_TRACE","SCMP_ACT_ALLOW","SCMP_ACT_LOG","SCMP_ACT_NOTIFY"],"type":"string"};
const schema59 = {"enum":["SCMP_ARCH_X86","SCMP_ARCH_X86_64","SCMP_ARCH_X32","SCMP_ARCH_ARM","SCMP_ARCH_AARCH64","SCMP_ARCH_LOONGARCH64","SCMP_ARCH_M68K","SCMP_ARCH_MIPS","SCMP_ARCH_MIPS64","SCMP_ARCH_MIPS64N32","SCMP_ARCH_MIPSEL","SCMP_ARCH_MIPSEL64","SCMP_ARCH_MIPSEL64N32","SCMP_ARCH_PPC","SCMP_ARCH_PPC64","SCMP_ARCH_PPC64LE","SCMP_ARCH_S390","SCMP_ARCH_S390X","SCMP_ARCH_SH","SCMP_ARCH_SHEB","SCMP_ARCH_PARISC","SCMP_ARCH_PARISC64","SCMP_ARCH_RISCV64"],"type":"string"};
const schema60 = {"enum":["SECCOMP_FILTER_FLAG_TSYNC","SECCOMP_FILTER_FLAG_LOG","SECCOMP_FILTER_FLAG_SPEC_ALLOW","SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],"type":"string"};
const schema64 = {"enum":["SCMP_CMP_NE","SCMP_CMP_LT","SCMP_CMP_LE","SCMP_CMP_EQ","SCMP_CMP_GE","SCMP_CMP_GT","SCMP_CMP_MASKED_EQ"],"type":"string"};

function validate31(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.index === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "index"}});
errors++;
}
if(data.value === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "value"}});
errors++;
}
if(data.op === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "op"}});
errors++;
}
if(data.index !== undefined){
let data0 = data.index;
if(!(Number.isSafeInteger(data0) && data0 >= 0 && data0 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/index",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data.value !== undefined){
let data1 = data.value;
if(!(typeof data1 == "bigint" ? data1 >= 0n && data1 <= 0xffffffffffffffffn : Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/value",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data.valueTwo !== undefined){
let data2 = data.valueTwo;
if(!(typeof data2 == "bigint" ? data2 >= 0n && data2 <= 0xffffffffffffffffn : Number.isSafeInteger(data2) && data2 >= 0 && data2 <= 18446744073709552000)){
(vErrors ??= []).push({instancePath:instancePath+"/valueTwo",keyword:"integer",params:{integer: "uint64"}});
errors++;
}
}
if(data.op !== undefined){
let data3 = data.op;
if(typeof data3 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/op",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((data3 === "SCMP_CMP_NE") || (data3 === "SCMP_CMP_LT")) || (data3 === "SCMP_CMP_LE")) || (data3 === "SCMP_CMP_EQ")) || (data3 === "SCMP_CMP_GE")) || (data3 === "SCMP_CMP_GT")) || (data3 === "SCMP_CMP_MASKED_EQ"))){
(vErrors ??= []).push({instancePath:instancePath+"/op",keyword:"enum",params:{allowedValues: schema64.enum}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate31.errors = vErrors;
return errors === 0;
}


function validate30(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.names === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "names"}});
errors++;
}
if(data.action === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "action"}});
errors++;
}
if(data.names !== undefined){
let data0 = data.names;
if(Array.isArray(data0)){
if(data0.length < 1){
(vErrors ??= []).push({instancePath:instancePath+"/names",keyword:"minItems",params:{limit: 1}});
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(typeof data0[i0] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/names/" + i0,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/names",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.action !== undefined){
let data2 = data.action;
if(typeof data2 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/action",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((((data2 === "SCMP_ACT_KILL") || (data2 === "SCMP_ACT_KILL_PROCESS")) || (data2 === "SCMP_ACT_KILL_THREAD")) || (data2 === "SCMP_ACT_TRAP")) || (data2 === "SCMP_ACT_ERRNO")) || (data2 === "SCMP_ACT_TRACE")) || (data2 === "SCMP_ACT_ALLOW")) || (data2 === "SCMP_ACT_LOG")) || (data2 === "SCMP_ACT_NOTIFY"))){
(vErrors ??= []).push({instancePath:instancePath+"/action",keyword:"enum",params:{allowedValues: schema58.enum}});
errors++;
}
}
if(data.errnoRet !== undefined){
let data3 = data.errnoRet;
if(!(Number.isSafeInteger(data3) && data3 >= 0 && data3 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/errnoRet",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data.args !== undefined){
let data4 = data.args;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
if(!(validate31(data4[i1], {instancePath:instancePath+"/args/" + i1,parentData:data4,parentDataProperty:i1,rootData}))){
vErrors = vErrors === null ? validate31.errors : vErrors.concat(validate31.errors);
errors = vErrors.length;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/args",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate30.errors = vErrors;
return errors === 0;
}


function validate29(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.defaultAction === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "defaultAction"}});
errors++;
}
if(data.defaultAction !== undefined){
let data0 = data.defaultAction;
if(typeof data0 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/defaultAction",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((((data0 === "SCMP_ACT_KILL") || (data0 === "SCMP_ACT_KILL_PROCESS")) || (data0 === "SCMP_ACT_KILL_THREAD")) || (data0 === "SCMP_ACT_TRAP")) || (data0 === "SCMP_ACT_ERRNO")) || (data0 === "SCMP_ACT_TRACE")) || (data0 === "SCMP_ACT_ALLOW")) || (data0 === "SCMP_ACT_LOG")) || (data0 === "SCMP_ACT_NOTIFY"))){
(vErrors ??= []).push({instancePath:instancePath+"/defaultAction",keyword:"enum",params:{allowedValues: schema58.enum}});
errors++;
}
}
if(data.defaultErrnoRet !== undefined){
let data1 = data.defaultErrnoRet;
if(!(Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/defaultErrnoRet",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data.architectures !== undefined){
let data2 = data.architectures;
if(Array.isArray(data2)){
const len0 = data2.length;
for(let i0=0; i0<len0; i0++){
let data3 = data2[i0];
if(typeof data3 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/architectures/" + i0,keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((((((((((((((((((data3 === "SCMP_ARCH_X86") || (data3 === "SCMP_ARCH_X86_64")) || (data3 === "SCMP_ARCH_X32")) || (data3 === "SCMP_ARCH_ARM")) || (data3 === "SCMP_ARCH_AARCH64")) || (data3 === "SCMP_ARCH_LOONGARCH64")) || (data3 === "SCMP_ARCH_M68K")) || (data3 === "SCMP_ARCH_MIPS")) || (data3 === "SCMP_ARCH_MIPS64")) || (data3 === "SCMP_ARCH_MIPS64N32")) || (data3 === "SCMP_ARCH_MIPSEL")) || (data3 === "SCMP_ARCH_MIPSEL64")) || (data3 === "SCMP_ARCH_MIPSEL64N32")) || (data3 === "SCMP_ARCH_PPC")) || (data3 === "SCMP_ARCH_PPC64")) || (data3 === "SCMP_ARCH_PPC64LE")) || (data3 === "SCMP_ARCH_S390")) || (data3 === "SCMP_ARCH_S390X")) || (data3 === "SCMP_ARCH_SH")) || (data3 === "SCMP_ARCH_SHEB")) || (data3 === "SCMP_ARCH_PARISC")) || (data3 === "SCMP_ARCH_PARISC64")) || (data3 === "SCMP_ARCH_RISCV64"))){
(vErrors ??= []).push({instancePath:instancePath+"/architectures/" + i0,keyword:"enum",params:{allowedValues: schema59.enum}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/architectures",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.flags !== undefined){
let data4 = data.flags;
if(Array.isArray(data4)){
const len1 = data4.length;
for(let i1=0; i1<len1; i1++){
let data5 = data4[i1];
if(typeof data5 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/flags/" + i1,keyword:"type",params:{type: "string"}});
errors++;
}
if(!((((data5 === "SECCOMP_FILTER_FLAG_TSYNC") || (data5 === "SECCOMP_FILTER_FLAG_LOG")) || (data5 === "SECCOMP_FILTER_FLAG_SPEC_ALLOW")) || (data5 === "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"))){
(vErrors ??= []).push({instancePath:instancePath+"/flags/" + i1,keyword:"enum",params:{allowedValues: schema60.enum}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/flags",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.listenerPath !== undefined){
if(typeof data.listenerPath !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/listenerPath",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.listenerMetadata !== undefined){
if(typeof data.listenerMetadata !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/listenerMetadata",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.syscalls !== undefined){
let data8 = data.syscalls;
if(Array.isArray(data8)){
const len2 = data8.length;
for(let i2=0; i2<len2; i2++){
if(!(validate30(data8[i2], {instancePath:instancePath+"/syscalls/" + i2,parentData:data8,parentDataProperty:i2,rootData}))){
vErrors = vErrors === null ? validate30.errors : vErrors.concat(validate30.errors);
errors = vErrors.length;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/syscalls",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate29.errors = vErrors;
return errors === 0;
}

const pattern3 = new RegExp("^MB:[^\\n]*$", "");

function validate18(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.namespaces !== undefined){
let data0 = data.namespaces;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(!(validate19(data0[i0], {instancePath:instancePath+"/namespaces/" + i0,parentData:data0,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate19.errors : vErrors.concat(validate19.errors);
errors = vErrors.length;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/namespaces",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.uidMappings !== undefined){
let data2 = data.uidMappings;
if(Array.isArray(data2)){
const len1 = data2.length;
for(let i1=0; i1<len1; i1++){
let data3 = data2[i1];
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.containerID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "containerID"}});
errors++;
}
if(data3.hostID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "hostID"}});
errors++;
}
if(data3.size === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "size"}});
errors++;
}
if(data3.containerID !== undefined){
let data4 = data3.containerID;
if(!(Number.isSafeInteger(data4) && data4 >= 0 && data4 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/containerID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data3.hostID !== undefined){
let data5 = data3.hostID;
if(!(Number.isSafeInteger(data5) && data5 >= 0 && data5 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/hostID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data3.size !== undefined){
let data6 = data3.size;
if(!(Number.isSafeInteger(data6) && data6 >= 0 && data6 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1+"/size",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings/" + i1,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/uidMappings",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.gidMappings !== undefined){
let data7 = data.gidMappings;
if(Array.isArray(data7)){
const len2 = data7.length;
for(let i2=0; i2<len2; i2++){
let data8 = data7[i2];
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
if(data8.containerID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "containerID"}});
errors++;
}
if(data8.hostID === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "hostID"}});
errors++;
}
if(data8.size === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "size"}});
errors++;
}
if(data8.containerID !== undefined){
let data9 = data8.containerID;
if(!(Number.isSafeInteger(data9) && data9 >= 0 && data9 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/containerID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data8.hostID !== undefined){
let data10 = data8.hostID;
if(!(Number.isSafeInteger(data10) && data10 >= 0 && data10 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/hostID",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data8.size !== undefined){
let data11 = data8.size;
if(!(Number.isSafeInteger(data11) && data11 >= 0 && data11 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2+"/size",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings/" + i2,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/gidMappings",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.timeOffsets !== undefined){
if(!(validate21(data.timeOffsets, {instancePath:instancePath+"/timeOffsets",parentData:data,parentDataProperty:"timeOffsets",rootData}))){
vErrors = vErrors === null ? validate21.errors : vErrors.concat(validate21.errors);
errors = vErrors.length;
}
}
if(data.devices !== undefined){
let data13 = data.devices;
if(Array.isArray(data13)){
const len3 = data13.length;
for(let i3=0; i3<len3; i3++){
let data14 = data13[i3];
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
if(data14.type === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3,keyword:"required",params:{missingProperty: "type"}});
errors++;
}
if(data14.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3,keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data14.type !== undefined){
let data15 = data14.type;
if(typeof data15 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/type",keyword:"type",params:{type: "string"}});
errors++;
}
if(!((((data15 === "c") || (data15 === "u")) || (data15 === "b")) || (data15 === "p"))){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/type",keyword:"enum",params:{allowedValues: schema40.properties.type.enum}});
errors++;
}
}
if(data14.path !== undefined){
if(typeof data14.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data14.major !== undefined){
let data17 = data14.major;
if(!(typeof data17 == "bigint" ? BigInt.asIntN(64, data17) === data17 : Number.isSafeInteger(data17) && data17 >= -9223372036854776000 && data17 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/major",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data14.minor !== undefined){
let data18 = data14.minor;
if(!(typeof data18 == "bigint" ? BigInt.asIntN(64, data18) === data18 : Number.isSafeInteger(data18) && data18 >= -9223372036854776000 && data18 <= 9223372036854776000)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/minor",keyword:"integer",params:{integer: "int64"}});
errors++;
}
}
if(data14.fileMode !== undefined){
let data19 = data14.fileMode;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"type",params:{type: "integer"}});
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 511 || isNaN(data19)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"maximum",params:{comparison: "<=", limit: 511}});
errors++;
}
if(data19 < 0 || isNaN(data19)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"minimum",params:{comparison: ">=", limit: 0}});
errors++;
}
}
}
if(data14.uid !== undefined){
let data20 = data14.uid;
if(!(Number.isSafeInteger(data20) && data20 >= 0 && data20 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/uid",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
if(data14.gid !== undefined){
let data21 = data14.gid;
if(!(Number.isSafeInteger(data21) && data21 >= 0 && data21 <= 4294967295)){
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3+"/gid",keyword:"integer",params:{integer: "uint32"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/devices/" + i3,keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/devices",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.netDevices !== undefined){
let data22 = data.netDevices;
if(data22 && typeof data22 == "object" && !Array.isArray(data22)){
for(const key0 in data22){
let data23 = data22[key0];
if(data23 && typeof data23 == "object" && !Array.isArray(data23)){
if(data23.name !== undefined){
if(typeof data23.name !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/name",keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/netDevices",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.cgroupsPath !== undefined){
if(typeof data.cgroupsPath !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/cgroupsPath",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.resources !== undefined){
if(!(validate23(data.resources, {instancePath:instancePath+"/resources",parentData:data,parentDataProperty:"resources",rootData}))){
vErrors = vErrors === null ? validate23.errors : vErrors.concat(validate23.errors);
errors = vErrors.length;
}
}
if(data.rootfsPropagation !== undefined){
let data27 = data.rootfsPropagation;
if(typeof data27 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/rootfsPropagation",keyword:"type",params:{type: "string"}});
errors++;
}
if(!((((((((data27 === "private") || (data27 === "shared")) || (data27 === "slave")) || (data27 === "unbindable")) || (data27 === "rprivate")) || (data27 === "rshared")) || (data27 === "rslave")) || (data27 === "runbindable"))){
(vErrors ??= []).push({instancePath:instancePath+"/rootfsPropagation",keyword:"enum",params:{allowedValues: schema32.properties.rootfsPropagation.enum}});
errors++;
}
}
if(data.seccomp !== undefined){
if(!(validate29(data.seccomp, {instancePath:instancePath+"/seccomp",parentData:data,parentDataProperty:"seccomp",rootData}))){
vErrors = vErrors === null ? validate29.errors : vErrors.concat(validate29.errors);
errors = vErrors.length;
}
}
if(data.sysctl !== undefined){
let data29 = data.sysctl;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
for(const key1 in data29){
if(typeof data29[key1] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/sysctl/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/sysctl",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.maskedPaths !== undefined){
let data31 = data.maskedPaths;
if(Array.isArray(data31)){
const len4 = data31.length;
for(let i4=0; i4<len4; i4++){
if(typeof data31[i4] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/maskedPaths/" + i4,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/maskedPaths",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.readonlyPaths !== undefined){
let data33 = data.readonlyPaths;
if(Array.isArray(data33)){
const len5 = data33.length;
for(let i5=0; i5<len5; i5++){
if(typeof data33[i5] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/readonlyPaths/" + i5,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/readonlyPaths",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.mountLabel !== undefined){
if(typeof data.mountLabel !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/mountLabel",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.intelRdt !== undefined){
let data36 = data.intelRdt;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.closID !== undefined){
if(typeof data36.closID !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/closID",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data36.schemata !== undefined){
let data38 = data36.schemata;
if(Array.isArray(data38)){
const len6 = data38.length;
for(let i6=0; i6<len6; i6++){
if(typeof data38[i6] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/schemata/" + i6,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/schemata",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data36.l3CacheSchema !== undefined){
if(typeof data36.l3CacheSchema !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/l3CacheSchema",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data36.memBwSchema !== undefined){
let data41 = data36.memBwSchema;
if(typeof data41 === "string"){
if(!pattern3.test(data41)){
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/memBwSchema",keyword:"pattern",params:{pattern: "^MB:[^\\n]*$"}});
errors++;
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/memBwSchema",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data36.enableMonitoring !== undefined){
if(typeof data36.enableMonitoring !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt/enableMonitoring",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/intelRdt",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.memoryPolicy !== undefined){
let data43 = data.memoryPolicy;
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
if(data43.mode === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy",keyword:"required",params:{missingProperty: "mode"}});
errors++;
}
if(data43.mode !== undefined){
let data44 = data43.mode;
if(typeof data44 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/mode",keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((((((data44 === "MPOL_DEFAULT") || (data44 === "MPOL_BIND")) || (data44 === "MPOL_INTERLEAVE")) || (data44 === "MPOL_WEIGHTED_INTERLEAVE")) || (data44 === "MPOL_PREFERRED")) || (data44 === "MPOL_PREFERRED_MANY")) || (data44 === "MPOL_LOCAL"))){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/mode",keyword:"enum",params:{allowedValues: schema66.properties.mode.enum}});
errors++;
}
}
if(data43.nodes !== undefined){
if(typeof data43.nodes !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/nodes",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data43.flags !== undefined){
let data46 = data43.flags;
if(Array.isArray(data46)){
const len7 = data46.length;
for(let i7=0; i7<len7; i7++){
let data47 = data46[i7];
if(typeof data47 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/flags/" + i7,keyword:"type",params:{type: "string"}});
errors++;
}
if(!(((data47 === "MPOL_F_NUMA_BALANCING") || (data47 === "MPOL_F_RELATIVE_NODES")) || (data47 === "MPOL_F_STATIC_NODES"))){
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/flags/" + i7,keyword:"enum",params:{allowedValues: schema66.properties.flags.items.enum}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy/flags",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/memoryPolicy",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.personality !== undefined){
let data48 = data.personality;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if(data48.domain === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/personality",keyword:"required",params:{missingProperty: "domain"}});
errors++;
}
if(data48.domain !== undefined){
let data49 = data48.domain;
if(typeof data49 !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/personality/domain",keyword:"type",params:{type: "string"}});
errors++;
}
if(!((data49 === "LINUX") || (data49 === "LINUX32"))){
(vErrors ??= []).push({instancePath:instancePath+"/personality/domain",keyword:"enum",params:{allowedValues: schema67.properties.domain.enum}});
errors++;
}
}
if(data48.flags !== undefined){
let data50 = data48.flags;
if(Array.isArray(data50)){
const len8 = data50.length;
for(let i8=0; i8<len8; i8++){
if(typeof data50[i8] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/personality/flags/" + i8,keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/personality/flags",keyword:"type",params:{type: "array"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/personality",keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate18.errors = vErrors;
return errors === 0;
}


function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.ociVersion === undefined){
(vErrors ??= []).push({instancePath,keyword:"required",params:{missingProperty: "ociVersion"}});
errors++;
}
if(data.ociVersion !== undefined){
if(typeof data.ociVersion !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/ociVersion",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.root !== undefined){
let data1 = data.root;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.path === undefined){
(vErrors ??= []).push({instancePath:instancePath+"/root",keyword:"required",params:{missingProperty: "path"}});
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/root/path",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data1.readonly !== undefined){
if(typeof data1.readonly !== "boolean"){
(vErrors ??= []).push({instancePath:instancePath+"/root/readonly",keyword:"type",params:{type: "boolean"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/root",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.mounts !== undefined){
let data4 = data.mounts;
if(Array.isArray(data4)){
const len0 = data4.length;
for(let i0=0; i0<len0; i0++){
if(!(validate12(data4[i0], {instancePath:instancePath+"/mounts/" + i0,parentData:data4,parentDataProperty:i0,rootData}))){
vErrors = vErrors === null ? validate12.errors : vErrors.concat(validate12.errors);
errors = vErrors.length;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/mounts",keyword:"type",params:{type: "array"}});
errors++;
}
}
if(data.process !== undefined){
if(!(validate14(data.process, {instancePath:instancePath+"/process",parentData:data,parentDataProperty:"process",rootData}))){
vErrors = vErrors === null ? validate14.errors : vErrors.concat(validate14.errors);
errors = vErrors.length;
}
}
if(data.hostname !== undefined){
if(typeof data.hostname !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/hostname",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.domainname !== undefined){
if(typeof data.domainname !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/domainname",keyword:"type",params:{type: "string"}});
errors++;
}
}
if(data.hooks !== undefined){
if(!(validate16(data.hooks, {instancePath:instancePath+"/hooks",parentData:data,parentDataProperty:"hooks",rootData}))){
vErrors = vErrors === null ? validate16.errors : vErrors.concat(validate16.errors);
errors = vErrors.length;
}
}
if(data.annotations !== undefined){
let data10 = data.annotations;
if(data10 && typeof data10 == "object" && !Array.isArray(data10)){
for(const key0 in data10){
if(typeof data10[key0] !== "string"){
(vErrors ??= []).push({instancePath:instancePath+"/annotations/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath:instancePath+"/annotations",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.linux !== undefined){
if(!(validate18(data.linux, {instancePath:instancePath+"/linux",parentData:data,parentDataProperty:"linux",rootData}))){
vErrors = vErrors === null ? validate18.errors : vErrors.concat(validate18.errors);
errors = vErrors.length;
}
}
if(data.freebsd !== undefined){
let data13 = data.freebsd;
if(!(data13 && typeof data13 == "object" && !Array.isArray(data13))){
(vErrors ??= []).push({instancePath:instancePath+"/freebsd",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.solaris !== undefined){
let data14 = data.solaris;
if(!(data14 && typeof data14 == "object" && !Array.isArray(data14))){
(vErrors ??= []).push({instancePath:instancePath+"/solaris",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.vm !== undefined){
let data15 = data.vm;
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
(vErrors ??= []).push({instancePath:instancePath+"/vm",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.windows !== undefined){
let data16 = data.windows;
if(!(data16 && typeof data16 == "object" && !Array.isArray(data16))){
(vErrors ??= []).push({instancePath:instancePath+"/windows",keyword:"type",params:{type: "object"}});
errors++;
}
}
if(data.zos !== undefined){
let data17 = data.zos;
if(!(data17 && typeof data17 == "object" && !Array.isArray(data17))){
(vErrors ??= []).push({instancePath:instancePath+"/zos",keyword:"type",params:{type: "object"}});
errors++;
}
}
}
else {
(vErrors ??= []).push({instancePath,keyword:"type",params:{type: "object"}});
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}


function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(!(validate11(data, {instancePath,parentData,parentDataProperty,rootData}))){
vErrors = vErrors === null ? validate11.errors : vErrors.concat(validate11.errors);
errors = vErrors.length;
}
validate10.errors = vErrors;
return errors === 0;
}
