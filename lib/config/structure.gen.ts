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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "destination"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.destination !== undefined){
if(typeof data.destination !== "string"){
const err1 = {instancePath:instancePath+"/destination",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.type !== undefined){
if(typeof data.type !== "string"){
const err2 = {instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.source !== undefined){
if(typeof data.source !== "string"){
const err3 = {instancePath:instancePath+"/source",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.options !== undefined){
let data3 = data.options;
if(Array.isArray(data3)){
const len0 = data3.length;
for(let i0=0; i0<len0; i0++){
if(typeof data3[i0] !== "string"){
const err4 = {instancePath:instancePath+"/options/" + i0,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/options",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
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
const err6 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "containerID"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(data6.hostID === undefined){
const err7 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "hostID"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data6.size === undefined){
const err8 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "size"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data6.containerID !== undefined){
let data7 = data6.containerID;
if(!(Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 4294967295)){
const err9 = {instancePath:instancePath+"/uidMappings/" + i1+"/containerID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data6.hostID !== undefined){
let data8 = data6.hostID;
if(!(Number.isSafeInteger(data8) && data8 >= 0 && data8 <= 4294967295)){
const err10 = {instancePath:instancePath+"/uidMappings/" + i1+"/hostID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data6.size !== undefined){
let data9 = data6.size;
if(!(Number.isSafeInteger(data9) && data9 >= 0 && data9 <= 4294967295)){
const err11 = {instancePath:instancePath+"/uidMappings/" + i1+"/size",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
}
else {
const err12 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/uidMappings",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
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
const err14 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "containerID"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
if(data11.hostID === undefined){
const err15 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "hostID"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
if(data11.size === undefined){
const err16 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "size"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if(data11.containerID !== undefined){
let data12 = data11.containerID;
if(!(Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 4294967295)){
const err17 = {instancePath:instancePath+"/gidMappings/" + i2+"/containerID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data11.hostID !== undefined){
let data13 = data11.hostID;
if(!(Number.isSafeInteger(data13) && data13 >= 0 && data13 <= 4294967295)){
const err18 = {instancePath:instancePath+"/gidMappings/" + i2+"/hostID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data11.size !== undefined){
let data14 = data11.size;
if(!(Number.isSafeInteger(data14) && data14 >= 0 && data14 <= 4294967295)){
const err19 = {instancePath:instancePath+"/gidMappings/" + i2+"/size",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/gidMappings",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "cwd"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.args !== undefined){
let data0 = data.args;
if(Array.isArray(data0)){
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(typeof data0[i0] !== "string"){
const err1 = {instancePath:instancePath+"/args/" + i0,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.cwd !== undefined){
if(typeof data.cwd !== "string"){
const err3 = {instancePath:instancePath+"/cwd",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.env !== undefined){
let data3 = data.env;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
if(typeof data3[i1] !== "string"){
const err4 = {instancePath:instancePath+"/env/" + i1,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.terminal !== undefined){
if(typeof data.terminal !== "boolean"){
const err6 = {instancePath:instancePath+"/terminal",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.consoleSize !== undefined){
let data6 = data.consoleSize;
if(data6 && typeof data6 == "object" && !Array.isArray(data6)){
if(data6.height === undefined){
const err7 = {instancePath:instancePath+"/consoleSize",keyword:"required",params:{missingProperty: "height"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(data6.width === undefined){
const err8 = {instancePath:instancePath+"/consoleSize",keyword:"required",params:{missingProperty: "width"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data6.height !== undefined){
let data7 = data6.height;
if(!(typeof data7 == "bigint" ? data7 >= 0n && data7 <= 0xffffffffffffffffn : Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 18446744073709552000)){
const err9 = {instancePath:instancePath+"/consoleSize/height",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data6.width !== undefined){
let data8 = data6.width;
if(!(typeof data8 == "bigint" ? data8 >= 0n && data8 <= 0xffffffffffffffffn : Number.isSafeInteger(data8) && data8 >= 0 && data8 <= 18446744073709552000)){
const err10 = {instancePath:instancePath+"/consoleSize/width",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
}
else {
const err11 = {instancePath:instancePath+"/consoleSize",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.user !== undefined){
let data9 = data.user;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.uid !== undefined){
let data10 = data9.uid;
if(!(Number.isSafeInteger(data10) && data10 >= 0 && data10 <= 4294967295)){
const err12 = {instancePath:instancePath+"/user/uid",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data9.gid !== undefined){
let data11 = data9.gid;
if(!(Number.isSafeInteger(data11) && data11 >= 0 && data11 <= 4294967295)){
const err13 = {instancePath:instancePath+"/user/gid",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data9.umask !== undefined){
let data12 = data9.umask;
if(!(Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 4294967295)){
const err14 = {instancePath:instancePath+"/user/umask",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
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
const err15 = {instancePath:instancePath+"/user/additionalGids/" + i2,keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/user/additionalGids",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data9.username !== undefined){
if(typeof data9.username !== "string"){
const err17 = {instancePath:instancePath+"/user/username",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
else {
const err18 = {instancePath:instancePath+"/user",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
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
const err19 = {instancePath:instancePath+"/capabilities/bounding/" + i3,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/capabilities/bounding",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data16.permitted !== undefined){
let data19 = data16.permitted;
if(Array.isArray(data19)){
const len4 = data19.length;
for(let i4=0; i4<len4; i4++){
if(typeof data19[i4] !== "string"){
const err21 = {instancePath:instancePath+"/capabilities/permitted/" + i4,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/capabilities/permitted",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data16.effective !== undefined){
let data21 = data16.effective;
if(Array.isArray(data21)){
const len5 = data21.length;
for(let i5=0; i5<len5; i5++){
if(typeof data21[i5] !== "string"){
const err23 = {instancePath:instancePath+"/capabilities/effective/" + i5,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/capabilities/effective",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data16.inheritable !== undefined){
let data23 = data16.inheritable;
if(Array.isArray(data23)){
const len6 = data23.length;
for(let i6=0; i6<len6; i6++){
if(typeof data23[i6] !== "string"){
const err25 = {instancePath:instancePath+"/capabilities/inheritable/" + i6,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
}
else {
const err26 = {instancePath:instancePath+"/capabilities/inheritable",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data16.ambient !== undefined){
let data25 = data16.ambient;
if(Array.isArray(data25)){
const len7 = data25.length;
for(let i7=0; i7<len7; i7++){
if(typeof data25[i7] !== "string"){
const err27 = {instancePath:instancePath+"/capabilities/ambient/" + i7,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
else {
const err28 = {instancePath:instancePath+"/capabilities/ambient",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/capabilities",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
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
const err30 = {instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data28.soft === undefined){
const err31 = {instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "soft"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data28.hard === undefined){
const err32 = {instancePath:instancePath+"/rlimits/" + i8,keyword:"required",params:{missingProperty: "hard"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data28.type !== undefined){
if(typeof data28.type !== "string"){
const err33 = {instancePath:instancePath+"/rlimits/" + i8+"/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data28.soft !== undefined){
let data30 = data28.soft;
if(!(typeof data30 == "bigint" ? data30 >= 0n && data30 <= 0xffffffffffffffffn : Number.isSafeInteger(data30) && data30 >= 0 && data30 <= 18446744073709552000)){
const err34 = {instancePath:instancePath+"/rlimits/" + i8+"/soft",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data28.hard !== undefined){
let data31 = data28.hard;
if(!(typeof data31 == "bigint" ? data31 >= 0n && data31 <= 0xffffffffffffffffn : Number.isSafeInteger(data31) && data31 >= 0 && data31 <= 18446744073709552000)){
const err35 = {instancePath:instancePath+"/rlimits/" + i8+"/hard",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/rlimits/" + i8,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/rlimits",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data.noNewPrivileges !== undefined){
if(typeof data.noNewPrivileges !== "boolean"){
const err38 = {instancePath:instancePath+"/noNewPrivileges",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.oomScoreAdj !== undefined){
let data33 = data.oomScoreAdj;
if(!(Number.isSafeInteger(data33) && data33 >= -2147483648 && data33 <= 2147483647)){
const err39 = {instancePath:instancePath+"/oomScoreAdj",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
if(data.apparmorProfile !== undefined){
if(typeof data.apparmorProfile !== "string"){
const err40 = {instancePath:instancePath+"/apparmorProfile",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.selinuxLabel !== undefined){
if(typeof data.selinuxLabel !== "string"){
const err41 = {instancePath:instancePath+"/selinuxLabel",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data.scheduler !== undefined){
let data36 = data.scheduler;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.policy === undefined){
const err42 = {instancePath:instancePath+"/scheduler",keyword:"required",params:{missingProperty: "policy"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
if(data36.policy !== undefined){
let data37 = data36.policy;
if(typeof data37 !== "string"){
const err43 = {instancePath:instancePath+"/scheduler/policy",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
if(!(((((((data37 === "SCHED_OTHER") || (data37 === "SCHED_FIFO")) || (data37 === "SCHED_RR")) || (data37 === "SCHED_BATCH")) || (data37 === "SCHED_ISO")) || (data37 === "SCHED_IDLE")) || (data37 === "SCHED_DEADLINE"))){
const err44 = {instancePath:instancePath+"/scheduler/policy",keyword:"enum",params:{allowedValues: schema22.properties.policy.enum}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data36.nice !== undefined){
let data38 = data36.nice;
if(!(Number.isSafeInteger(data38) && data38 >= -2147483648 && data38 <= 2147483647)){
const err45 = {instancePath:instancePath+"/scheduler/nice",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data36.priority !== undefined){
let data39 = data36.priority;
if(!(Number.isSafeInteger(data39) && data39 >= -2147483648 && data39 <= 2147483647)){
const err46 = {instancePath:instancePath+"/scheduler/priority",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
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
const err47 = {instancePath:instancePath+"/scheduler/flags/" + i9,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(!(((((((data41 === "SCHED_FLAG_RESET_ON_FORK") || (data41 === "SCHED_FLAG_RECLAIM")) || (data41 === "SCHED_FLAG_DL_OVERRUN")) || (data41 === "SCHED_FLAG_KEEP_POLICY")) || (data41 === "SCHED_FLAG_KEEP_PARAMS")) || (data41 === "SCHED_FLAG_UTIL_CLAMP_MIN")) || (data41 === "SCHED_FLAG_UTIL_CLAMP_MAX"))){
const err48 = {instancePath:instancePath+"/scheduler/flags/" + i9,keyword:"enum",params:{allowedValues: schema22.properties.flags.items.enum}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/scheduler/flags",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data36.runtime !== undefined){
let data42 = data36.runtime;
if(!(typeof data42 == "bigint" ? data42 >= 0n && data42 <= 0xffffffffffffffffn : Number.isSafeInteger(data42) && data42 >= 0 && data42 <= 18446744073709552000)){
const err50 = {instancePath:instancePath+"/scheduler/runtime",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
if(data36.deadline !== undefined){
let data43 = data36.deadline;
if(!(typeof data43 == "bigint" ? data43 >= 0n && data43 <= 0xffffffffffffffffn : Number.isSafeInteger(data43) && data43 >= 0 && data43 <= 18446744073709552000)){
const err51 = {instancePath:instancePath+"/scheduler/deadline",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data36.period !== undefined){
let data44 = data36.period;
if(!(typeof data44 == "bigint" ? data44 >= 0n && data44 <= 0xffffffffffffffffn : Number.isSafeInteger(data44) && data44 >= 0 && data44 <= 18446744073709552000)){
const err52 = {instancePath:instancePath+"/scheduler/period",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/scheduler",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data.ioPriority !== undefined){
let data45 = data.ioPriority;
if(data45 && typeof data45 == "object" && !Array.isArray(data45)){
if(data45.class === undefined){
const err54 = {instancePath:instancePath+"/ioPriority",keyword:"required",params:{missingProperty: "class"}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
if(data45.class !== undefined){
let data46 = data45.class;
if(typeof data46 !== "string"){
const err55 = {instancePath:instancePath+"/ioPriority/class",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
if(!(((data46 === "IOPRIO_CLASS_RT") || (data46 === "IOPRIO_CLASS_BE")) || (data46 === "IOPRIO_CLASS_IDLE"))){
const err56 = {instancePath:instancePath+"/ioPriority/class",keyword:"enum",params:{allowedValues: schema23.properties.class.enum}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
}
if(data45.priority !== undefined){
let data47 = data45.priority;
if(!(Number.isSafeInteger(data47) && data47 >= -2147483648 && data47 <= 2147483647)){
const err57 = {instancePath:instancePath+"/ioPriority/priority",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/ioPriority",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
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
const err59 = {instancePath:instancePath+"/execCPUAffinity/initial",keyword:"pattern",params:{pattern: "^[0-9, -]*$"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
else {
const err60 = {instancePath:instancePath+"/execCPUAffinity/initial",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
if(data48.final !== undefined){
let data50 = data48.final;
if(typeof data50 === "string"){
if(!pattern0.test(data50)){
const err61 = {instancePath:instancePath+"/execCPUAffinity/final",keyword:"pattern",params:{pattern: "^[0-9, -]*$"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
else {
const err62 = {instancePath:instancePath+"/execCPUAffinity/final",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
}
else {
const err63 = {instancePath:instancePath+"/execCPUAffinity",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data.commandLine !== undefined){
if(typeof data.commandLine !== "string"){
const err64 = {instancePath:instancePath+"/commandLine",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
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
const err0 = {instancePath:instancePath+"/prestart/" + i0,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
const err1 = {instancePath:instancePath+"/prestart/" + i0+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data1.args !== undefined){
let data3 = data1.args;
if(Array.isArray(data3)){
const len1 = data3.length;
for(let i1=0; i1<len1; i1++){
if(typeof data3[i1] !== "string"){
const err2 = {instancePath:instancePath+"/prestart/" + i0+"/args/" + i1,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
}
else {
const err3 = {instancePath:instancePath+"/prestart/" + i0+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data1.env !== undefined){
let data5 = data1.env;
if(Array.isArray(data5)){
const len2 = data5.length;
for(let i2=0; i2<len2; i2++){
if(typeof data5[i2] !== "string"){
const err4 = {instancePath:instancePath+"/prestart/" + i0+"/env/" + i2,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/prestart/" + i0+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data1.timeout !== undefined){
let data7 = data1.timeout;
if(!(Number.isSafeInteger(data7) && data7 >= -2147483648 && data7 <= 2147483647)){
const err6 = {instancePath:instancePath+"/prestart/" + i0+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if((typeof data7 == "number") && (isFinite(data7))){
if(data7 < 1 || isNaN(data7)){
const err7 = {instancePath:instancePath+"/prestart/" + i0+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
}
else {
const err8 = {instancePath:instancePath+"/prestart/" + i0,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/prestart",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
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
const err10 = {instancePath:instancePath+"/createRuntime/" + i3,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data9.path !== undefined){
if(typeof data9.path !== "string"){
const err11 = {instancePath:instancePath+"/createRuntime/" + i3+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data9.args !== undefined){
let data11 = data9.args;
if(Array.isArray(data11)){
const len4 = data11.length;
for(let i4=0; i4<len4; i4++){
if(typeof data11[i4] !== "string"){
const err12 = {instancePath:instancePath+"/createRuntime/" + i3+"/args/" + i4,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath:instancePath+"/createRuntime/" + i3+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data9.env !== undefined){
let data13 = data9.env;
if(Array.isArray(data13)){
const len5 = data13.length;
for(let i5=0; i5<len5; i5++){
if(typeof data13[i5] !== "string"){
const err14 = {instancePath:instancePath+"/createRuntime/" + i3+"/env/" + i5,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/createRuntime/" + i3+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data9.timeout !== undefined){
let data15 = data9.timeout;
if(!(Number.isSafeInteger(data15) && data15 >= -2147483648 && data15 <= 2147483647)){
const err16 = {instancePath:instancePath+"/createRuntime/" + i3+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
if((typeof data15 == "number") && (isFinite(data15))){
if(data15 < 1 || isNaN(data15)){
const err17 = {instancePath:instancePath+"/createRuntime/" + i3+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
}
}
else {
const err18 = {instancePath:instancePath+"/createRuntime/" + i3,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
}
else {
const err19 = {instancePath:instancePath+"/createRuntime",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
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
const err20 = {instancePath:instancePath+"/createContainer/" + i6,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
if(data17.path !== undefined){
if(typeof data17.path !== "string"){
const err21 = {instancePath:instancePath+"/createContainer/" + i6+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data17.args !== undefined){
let data19 = data17.args;
if(Array.isArray(data19)){
const len7 = data19.length;
for(let i7=0; i7<len7; i7++){
if(typeof data19[i7] !== "string"){
const err22 = {instancePath:instancePath+"/createContainer/" + i6+"/args/" + i7,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/createContainer/" + i6+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data17.env !== undefined){
let data21 = data17.env;
if(Array.isArray(data21)){
const len8 = data21.length;
for(let i8=0; i8<len8; i8++){
if(typeof data21[i8] !== "string"){
const err24 = {instancePath:instancePath+"/createContainer/" + i6+"/env/" + i8,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
}
else {
const err25 = {instancePath:instancePath+"/createContainer/" + i6+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data17.timeout !== undefined){
let data23 = data17.timeout;
if(!(Number.isSafeInteger(data23) && data23 >= -2147483648 && data23 <= 2147483647)){
const err26 = {instancePath:instancePath+"/createContainer/" + i6+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
if((typeof data23 == "number") && (isFinite(data23))){
if(data23 < 1 || isNaN(data23)){
const err27 = {instancePath:instancePath+"/createContainer/" + i6+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
}
}
else {
const err28 = {instancePath:instancePath+"/createContainer/" + i6,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/createContainer",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
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
const err30 = {instancePath:instancePath+"/startContainer/" + i9,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data25.path !== undefined){
if(typeof data25.path !== "string"){
const err31 = {instancePath:instancePath+"/startContainer/" + i9+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
if(data25.args !== undefined){
let data27 = data25.args;
if(Array.isArray(data27)){
const len10 = data27.length;
for(let i10=0; i10<len10; i10++){
if(typeof data27[i10] !== "string"){
const err32 = {instancePath:instancePath+"/startContainer/" + i9+"/args/" + i10,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/startContainer/" + i9+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data25.env !== undefined){
let data29 = data25.env;
if(Array.isArray(data29)){
const len11 = data29.length;
for(let i11=0; i11<len11; i11++){
if(typeof data29[i11] !== "string"){
const err34 = {instancePath:instancePath+"/startContainer/" + i9+"/env/" + i11,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
}
else {
const err35 = {instancePath:instancePath+"/startContainer/" + i9+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data25.timeout !== undefined){
let data31 = data25.timeout;
if(!(Number.isSafeInteger(data31) && data31 >= -2147483648 && data31 <= 2147483647)){
const err36 = {instancePath:instancePath+"/startContainer/" + i9+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if((typeof data31 == "number") && (isFinite(data31))){
if(data31 < 1 || isNaN(data31)){
const err37 = {instancePath:instancePath+"/startContainer/" + i9+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
}
else {
const err38 = {instancePath:instancePath+"/startContainer/" + i9,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/startContainer",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
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
const err40 = {instancePath:instancePath+"/poststart/" + i12,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data33.path !== undefined){
if(typeof data33.path !== "string"){
const err41 = {instancePath:instancePath+"/poststart/" + i12+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data33.args !== undefined){
let data35 = data33.args;
if(Array.isArray(data35)){
const len13 = data35.length;
for(let i13=0; i13<len13; i13++){
if(typeof data35[i13] !== "string"){
const err42 = {instancePath:instancePath+"/poststart/" + i12+"/args/" + i13,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/poststart/" + i12+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data33.env !== undefined){
let data37 = data33.env;
if(Array.isArray(data37)){
const len14 = data37.length;
for(let i14=0; i14<len14; i14++){
if(typeof data37[i14] !== "string"){
const err44 = {instancePath:instancePath+"/poststart/" + i12+"/env/" + i14,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath:instancePath+"/poststart/" + i12+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
if(data33.timeout !== undefined){
let data39 = data33.timeout;
if(!(Number.isSafeInteger(data39) && data39 >= -2147483648 && data39 <= 2147483647)){
const err46 = {instancePath:instancePath+"/poststart/" + i12+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if((typeof data39 == "number") && (isFinite(data39))){
if(data39 < 1 || isNaN(data39)){
const err47 = {instancePath:instancePath+"/poststart/" + i12+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
}
}
else {
const err48 = {instancePath:instancePath+"/poststart/" + i12,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
}
else {
const err49 = {instancePath:instancePath+"/poststart",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
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
const err50 = {instancePath:instancePath+"/poststop/" + i15,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(data41.path !== undefined){
if(typeof data41.path !== "string"){
const err51 = {instancePath:instancePath+"/poststop/" + i15+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data41.args !== undefined){
let data43 = data41.args;
if(Array.isArray(data43)){
const len16 = data43.length;
for(let i16=0; i16<len16; i16++){
if(typeof data43[i16] !== "string"){
const err52 = {instancePath:instancePath+"/poststop/" + i15+"/args/" + i16,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
}
else {
const err53 = {instancePath:instancePath+"/poststop/" + i15+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
}
if(data41.env !== undefined){
let data45 = data41.env;
if(Array.isArray(data45)){
const len17 = data45.length;
for(let i17=0; i17<len17; i17++){
if(typeof data45[i17] !== "string"){
const err54 = {instancePath:instancePath+"/poststop/" + i15+"/env/" + i17,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
}
else {
const err55 = {instancePath:instancePath+"/poststop/" + i15+"/env",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data41.timeout !== undefined){
let data47 = data41.timeout;
if(!(Number.isSafeInteger(data47) && data47 >= -2147483648 && data47 <= 2147483647)){
const err56 = {instancePath:instancePath+"/poststop/" + i15+"/timeout",keyword:"integer",params:{integer: "int32"}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if((typeof data47 == "number") && (isFinite(data47))){
if(data47 < 1 || isNaN(data47)){
const err57 = {instancePath:instancePath+"/poststop/" + i15+"/timeout",keyword:"minimum",params:{comparison: ">=", limit: 1}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
}
else {
const err58 = {instancePath:instancePath+"/poststop/" + i15,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/poststop",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.type !== undefined){
let data0 = data.type;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(!((((((((data0 === "mount") || (data0 === "pid")) || (data0 === "network")) || (data0 === "uts")) || (data0 === "ipc")) || (data0 === "user")) || (data0 === "cgroup")) || (data0 === "time"))){
const err2 = {instancePath:instancePath+"/type",keyword:"enum",params:{allowedValues: schema34.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.path !== undefined){
if(typeof data.path !== "string"){
const err3 = {instancePath:instancePath+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
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
const err0 = {instancePath:instancePath+"/boottime/secs",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data0.nanosecs !== undefined){
let data2 = data0.nanosecs;
if(!(Number.isSafeInteger(data2) && data2 >= 0 && data2 <= 4294967295)){
const err1 = {instancePath:instancePath+"/boottime/nanosecs",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
}
else {
const err2 = {instancePath:instancePath+"/boottime",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.monotonic !== undefined){
let data3 = data.monotonic;
if(data3 && typeof data3 == "object" && !Array.isArray(data3)){
if(data3.secs !== undefined){
let data4 = data3.secs;
if(!(typeof data4 == "bigint" ? BigInt.asIntN(64, data4) === data4 : Number.isSafeInteger(data4) && data4 >= -9223372036854776000 && data4 <= 9223372036854776000)){
const err3 = {instancePath:instancePath+"/monotonic/secs",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data3.nanosecs !== undefined){
let data5 = data3.nanosecs;
if(!(Number.isSafeInteger(data5) && data5 >= 0 && data5 <= 4294967295)){
const err4 = {instancePath:instancePath+"/monotonic/nanosecs",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/monotonic",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
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
const err0 = {instancePath:instancePath+"/weight",keyword:"integer",params:{integer: "uint16"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
if(data.leafWeight !== undefined){
let data1 = data.leafWeight;
if(!(Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 65535)){
const err1 = {instancePath:instancePath+"/leafWeight",keyword:"integer",params:{integer: "uint16"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
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
const err2 = {instancePath:instancePath+"/weightDevice/" + i0,keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data3.minor === undefined){
const err3 = {instancePath:instancePath+"/weightDevice/" + i0,keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data3.major !== undefined){
let data4 = data3.major;
if(!(typeof data4 == "bigint" ? BigInt.asIntN(64, data4) === data4 : Number.isSafeInteger(data4) && data4 >= -9223372036854776000 && data4 <= 9223372036854776000)){
const err4 = {instancePath:instancePath+"/weightDevice/" + i0+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data3.minor !== undefined){
let data5 = data3.minor;
if(!(typeof data5 == "bigint" ? BigInt.asIntN(64, data5) === data5 : Number.isSafeInteger(data5) && data5 >= -9223372036854776000 && data5 <= 9223372036854776000)){
const err5 = {instancePath:instancePath+"/weightDevice/" + i0+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data3.weight !== undefined){
let data6 = data3.weight;
if(!(Number.isSafeInteger(data6) && data6 >= 0 && data6 <= 65535)){
const err6 = {instancePath:instancePath+"/weightDevice/" + i0+"/weight",keyword:"integer",params:{integer: "uint16"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data3.leafWeight !== undefined){
let data7 = data3.leafWeight;
if(!(Number.isSafeInteger(data7) && data7 >= 0 && data7 <= 65535)){
const err7 = {instancePath:instancePath+"/weightDevice/" + i0+"/leafWeight",keyword:"integer",params:{integer: "uint16"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/weightDevice/" + i0,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/weightDevice",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
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
const err10 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data9.minor === undefined){
const err11 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data9.major !== undefined){
let data10 = data9.major;
if(!(typeof data10 == "bigint" ? BigInt.asIntN(64, data10) === data10 : Number.isSafeInteger(data10) && data10 >= -9223372036854776000 && data10 <= 9223372036854776000)){
const err12 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data9.minor !== undefined){
let data11 = data9.minor;
if(!(typeof data11 == "bigint" ? BigInt.asIntN(64, data11) === data11 : Number.isSafeInteger(data11) && data11 >= -9223372036854776000 && data11 <= 9223372036854776000)){
const err13 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data9.rate !== undefined){
let data12 = data9.rate;
if(!(typeof data12 == "bigint" ? data12 >= 0n && data12 <= 0xffffffffffffffffn : Number.isSafeInteger(data12) && data12 >= 0 && data12 <= 18446744073709552000)){
const err14 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1+"/rate",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/throttleReadBpsDevice/" + i1,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/throttleReadBpsDevice",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
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
const err17 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data14.minor === undefined){
const err18 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data14.major !== undefined){
let data15 = data14.major;
if(!(typeof data15 == "bigint" ? BigInt.asIntN(64, data15) === data15 : Number.isSafeInteger(data15) && data15 >= -9223372036854776000 && data15 <= 9223372036854776000)){
const err19 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data14.minor !== undefined){
let data16 = data14.minor;
if(!(typeof data16 == "bigint" ? BigInt.asIntN(64, data16) === data16 : Number.isSafeInteger(data16) && data16 >= -9223372036854776000 && data16 <= 9223372036854776000)){
const err20 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data14.rate !== undefined){
let data17 = data14.rate;
if(!(typeof data17 == "bigint" ? data17 >= 0n && data17 <= 0xffffffffffffffffn : Number.isSafeInteger(data17) && data17 >= 0 && data17 <= 18446744073709552000)){
const err21 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2+"/rate",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/throttleWriteBpsDevice/" + i2,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/throttleWriteBpsDevice",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
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
const err24 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if(data19.minor === undefined){
const err25 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data19.major !== undefined){
let data20 = data19.major;
if(!(typeof data20 == "bigint" ? BigInt.asIntN(64, data20) === data20 : Number.isSafeInteger(data20) && data20 >= -9223372036854776000 && data20 <= 9223372036854776000)){
const err26 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data19.minor !== undefined){
let data21 = data19.minor;
if(!(typeof data21 == "bigint" ? BigInt.asIntN(64, data21) === data21 : Number.isSafeInteger(data21) && data21 >= -9223372036854776000 && data21 <= 9223372036854776000)){
const err27 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data19.rate !== undefined){
let data22 = data19.rate;
if(!(typeof data22 == "bigint" ? data22 >= 0n && data22 <= 0xffffffffffffffffn : Number.isSafeInteger(data22) && data22 >= 0 && data22 <= 18446744073709552000)){
const err28 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3+"/rate",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/throttleReadIOPSDevice/" + i3,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/throttleReadIOPSDevice",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
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
const err31 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"required",params:{missingProperty: "major"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data24.minor === undefined){
const err32 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"required",params:{missingProperty: "minor"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
if(data24.major !== undefined){
let data25 = data24.major;
if(!(typeof data25 == "bigint" ? BigInt.asIntN(64, data25) === data25 : Number.isSafeInteger(data25) && data25 >= -9223372036854776000 && data25 <= 9223372036854776000)){
const err33 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data24.minor !== undefined){
let data26 = data24.minor;
if(!(typeof data26 == "bigint" ? BigInt.asIntN(64, data26) === data26 : Number.isSafeInteger(data26) && data26 >= -9223372036854776000 && data26 <= 9223372036854776000)){
const err34 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
if(data24.rate !== undefined){
let data27 = data24.rate;
if(!(typeof data27 == "bigint" ? data27 >= 0n && data27 <= 0xffffffffffffffffn : Number.isSafeInteger(data27) && data27 >= 0 && data27 <= 18446744073709552000)){
const err35 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4+"/rate",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
}
else {
const err36 = {instancePath:instancePath+"/throttleWriteIOPSDevice/" + i4,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
}
else {
const err37 = {instancePath:instancePath+"/throttleWriteIOPSDevice",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
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
const err0 = {instancePath:instancePath+"/classID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
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
const err1 = {instancePath:instancePath+"/priorities/" + i0,keyword:"required",params:{missingProperty: "name"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data2.priority === undefined){
const err2 = {instancePath:instancePath+"/priorities/" + i0,keyword:"required",params:{missingProperty: "priority"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data2.name !== undefined){
if(typeof data2.name !== "string"){
const err3 = {instancePath:instancePath+"/priorities/" + i0+"/name",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data2.priority !== undefined){
let data4 = data2.priority;
if(!(Number.isSafeInteger(data4) && data4 >= 0 && data4 <= 4294967295)){
const err4 = {instancePath:instancePath+"/priorities/" + i0+"/priority",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/priorities/" + i0,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/priorities",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
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
const err0 = {instancePath:instancePath+"/unified/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
}
}
else {
const err1 = {instancePath:instancePath+"/unified",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
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
const err2 = {instancePath:instancePath+"/devices/" + i0,keyword:"required",params:{missingProperty: "allow"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data3.allow !== undefined){
if(typeof data3.allow !== "boolean"){
const err3 = {instancePath:instancePath+"/devices/" + i0+"/allow",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data3.type !== undefined){
let data5 = data3.type;
if(typeof data5 !== "string"){
const err4 = {instancePath:instancePath+"/devices/" + i0+"/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!(((data5 === "a") || (data5 === "c")) || (data5 === "b"))){
const err5 = {instancePath:instancePath+"/devices/" + i0+"/type",keyword:"enum",params:{allowedValues: schema43.properties.type.enum}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data3.major !== undefined){
let data6 = data3.major;
if(!(typeof data6 == "bigint" ? BigInt.asIntN(64, data6) === data6 : Number.isSafeInteger(data6) && data6 >= -9223372036854776000 && data6 <= 9223372036854776000)){
const err6 = {instancePath:instancePath+"/devices/" + i0+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data3.minor !== undefined){
let data7 = data3.minor;
if(!(typeof data7 == "bigint" ? BigInt.asIntN(64, data7) === data7 : Number.isSafeInteger(data7) && data7 >= -9223372036854776000 && data7 <= 9223372036854776000)){
const err7 = {instancePath:instancePath+"/devices/" + i0+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data3.access !== undefined){
if(typeof data3.access !== "string"){
const err8 = {instancePath:instancePath+"/devices/" + i0+"/access",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/devices/" + i0,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/devices",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.memory !== undefined){
let data9 = data.memory;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
if(data9.limit !== undefined){
let data10 = data9.limit;
if(!(typeof data10 == "bigint" ? BigInt.asIntN(64, data10) === data10 : Number.isSafeInteger(data10) && data10 >= -9223372036854776000 && data10 <= 9223372036854776000)){
const err11 = {instancePath:instancePath+"/memory/limit",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data9.reservation !== undefined){
let data11 = data9.reservation;
if(!(typeof data11 == "bigint" ? BigInt.asIntN(64, data11) === data11 : Number.isSafeInteger(data11) && data11 >= -9223372036854776000 && data11 <= 9223372036854776000)){
const err12 = {instancePath:instancePath+"/memory/reservation",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data9.swap !== undefined){
let data12 = data9.swap;
if(!(typeof data12 == "bigint" ? BigInt.asIntN(64, data12) === data12 : Number.isSafeInteger(data12) && data12 >= -9223372036854776000 && data12 <= 9223372036854776000)){
const err13 = {instancePath:instancePath+"/memory/swap",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data9.kernel !== undefined){
let data13 = data9.kernel;
if(!(typeof data13 == "bigint" ? BigInt.asIntN(64, data13) === data13 : Number.isSafeInteger(data13) && data13 >= -9223372036854776000 && data13 <= 9223372036854776000)){
const err14 = {instancePath:instancePath+"/memory/kernel",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data9.kernelTCP !== undefined){
let data14 = data9.kernelTCP;
if(!(typeof data14 == "bigint" ? BigInt.asIntN(64, data14) === data14 : Number.isSafeInteger(data14) && data14 >= -9223372036854776000 && data14 <= 9223372036854776000)){
const err15 = {instancePath:instancePath+"/memory/kernelTCP",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data9.swappiness !== undefined){
let data15 = data9.swappiness;
if(!(typeof data15 == "bigint" ? data15 >= 0n && data15 <= 0xffffffffffffffffn : Number.isSafeInteger(data15) && data15 >= 0 && data15 <= 18446744073709552000)){
const err16 = {instancePath:instancePath+"/memory/swappiness",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data9.disableOOMKiller !== undefined){
if(typeof data9.disableOOMKiller !== "boolean"){
const err17 = {instancePath:instancePath+"/memory/disableOOMKiller",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data9.useHierarchy !== undefined){
if(typeof data9.useHierarchy !== "boolean"){
const err18 = {instancePath:instancePath+"/memory/useHierarchy",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data9.checkBeforeUpdate !== undefined){
if(typeof data9.checkBeforeUpdate !== "boolean"){
const err19 = {instancePath:instancePath+"/memory/checkBeforeUpdate",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/memory",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data.cpu !== undefined){
let data19 = data.cpu;
if(data19 && typeof data19 == "object" && !Array.isArray(data19)){
if(data19.shares !== undefined){
let data20 = data19.shares;
if(!(typeof data20 == "bigint" ? data20 >= 0n && data20 <= 0xffffffffffffffffn : Number.isSafeInteger(data20) && data20 >= 0 && data20 <= 18446744073709552000)){
const err21 = {instancePath:instancePath+"/cpu/shares",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data19.quota !== undefined){
let data21 = data19.quota;
if(!(typeof data21 == "bigint" ? BigInt.asIntN(64, data21) === data21 : Number.isSafeInteger(data21) && data21 >= -9223372036854776000 && data21 <= 9223372036854776000)){
const err22 = {instancePath:instancePath+"/cpu/quota",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data19.burst !== undefined){
let data22 = data19.burst;
if(!(typeof data22 == "bigint" ? data22 >= 0n && data22 <= 0xffffffffffffffffn : Number.isSafeInteger(data22) && data22 >= 0 && data22 <= 18446744073709552000)){
const err23 = {instancePath:instancePath+"/cpu/burst",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data19.period !== undefined){
let data23 = data19.period;
if(!(typeof data23 == "bigint" ? data23 >= 0n && data23 <= 0xffffffffffffffffn : Number.isSafeInteger(data23) && data23 >= 0 && data23 <= 18446744073709552000)){
const err24 = {instancePath:instancePath+"/cpu/period",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data19.realtimeRuntime !== undefined){
let data24 = data19.realtimeRuntime;
if(!(typeof data24 == "bigint" ? BigInt.asIntN(64, data24) === data24 : Number.isSafeInteger(data24) && data24 >= -9223372036854776000 && data24 <= 9223372036854776000)){
const err25 = {instancePath:instancePath+"/cpu/realtimeRuntime",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data19.realtimePeriod !== undefined){
let data25 = data19.realtimePeriod;
if(!(typeof data25 == "bigint" ? data25 >= 0n && data25 <= 0xffffffffffffffffn : Number.isSafeInteger(data25) && data25 >= 0 && data25 <= 18446744073709552000)){
const err26 = {instancePath:instancePath+"/cpu/realtimePeriod",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
if(data19.cpus !== undefined){
if(typeof data19.cpus !== "string"){
const err27 = {instancePath:instancePath+"/cpu/cpus",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data19.mems !== undefined){
if(typeof data19.mems !== "string"){
const err28 = {instancePath:instancePath+"/cpu/mems",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
if(data19.idle !== undefined){
let data28 = data19.idle;
if(!(typeof data28 == "bigint" ? BigInt.asIntN(64, data28) === data28 : Number.isSafeInteger(data28) && data28 >= -9223372036854776000 && data28 <= 9223372036854776000)){
const err29 = {instancePath:instancePath+"/cpu/idle",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/cpu",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
}
if(data.pids !== undefined){
let data29 = data.pids;
if(data29 && typeof data29 == "object" && !Array.isArray(data29)){
if(data29.limit === undefined){
const err31 = {instancePath:instancePath+"/pids",keyword:"required",params:{missingProperty: "limit"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
if(data29.limit !== undefined){
let data30 = data29.limit;
if(!(typeof data30 == "bigint" ? BigInt.asIntN(64, data30) === data30 : Number.isSafeInteger(data30) && data30 >= -9223372036854776000 && data30 <= 9223372036854776000)){
const err32 = {instancePath:instancePath+"/pids/limit",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/pids",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
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
const err34 = {instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"required",params:{missingProperty: "pageSize"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
if(data33.limit === undefined){
const err35 = {instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"required",params:{missingProperty: "limit"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(data33.pageSize !== undefined){
let data34 = data33.pageSize;
if(typeof data34 === "string"){
if(!pattern2.test(data34)){
const err36 = {instancePath:instancePath+"/hugepageLimits/" + i1+"/pageSize",keyword:"pattern",params:{pattern: "^[1-9][0-9]*[KMG]B$"}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
}
else {
const err37 = {instancePath:instancePath+"/hugepageLimits/" + i1+"/pageSize",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
if(data33.limit !== undefined){
let data35 = data33.limit;
if(!(typeof data35 == "bigint" ? data35 >= 0n && data35 <= 0xffffffffffffffffn : Number.isSafeInteger(data35) && data35 >= 0 && data35 <= 18446744073709552000)){
const err38 = {instancePath:instancePath+"/hugepageLimits/" + i1+"/limit",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
}
else {
const err39 = {instancePath:instancePath+"/hugepageLimits/" + i1,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/hugepageLimits",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
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
const err41 = {instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/hcaHandles",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
if(data38.hcaObjects !== undefined){
let data40 = data38.hcaObjects;
if(!(Number.isSafeInteger(data40) && data40 >= 0 && data40 <= 4294967295)){
const err42 = {instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1")+"/hcaObjects",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
}
else {
const err43 = {instancePath:instancePath+"/rdma/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
}
else {
const err44 = {instancePath:instancePath+"/rdma",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
}
else {
const err45 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "index"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.value === undefined){
const err1 = {instancePath,keyword:"required",params:{missingProperty: "value"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.op === undefined){
const err2 = {instancePath,keyword:"required",params:{missingProperty: "op"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.index !== undefined){
let data0 = data.index;
if(!(Number.isSafeInteger(data0) && data0 >= 0 && data0 <= 4294967295)){
const err3 = {instancePath:instancePath+"/index",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.value !== undefined){
let data1 = data.value;
if(!(typeof data1 == "bigint" ? data1 >= 0n && data1 <= 0xffffffffffffffffn : Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 18446744073709552000)){
const err4 = {instancePath:instancePath+"/value",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.valueTwo !== undefined){
let data2 = data.valueTwo;
if(!(typeof data2 == "bigint" ? data2 >= 0n && data2 <= 0xffffffffffffffffn : Number.isSafeInteger(data2) && data2 >= 0 && data2 <= 18446744073709552000)){
const err5 = {instancePath:instancePath+"/valueTwo",keyword:"integer",params:{integer: "uint64"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.op !== undefined){
let data3 = data.op;
if(typeof data3 !== "string"){
const err6 = {instancePath:instancePath+"/op",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if(!(((((((data3 === "SCMP_CMP_NE") || (data3 === "SCMP_CMP_LT")) || (data3 === "SCMP_CMP_LE")) || (data3 === "SCMP_CMP_EQ")) || (data3 === "SCMP_CMP_GE")) || (data3 === "SCMP_CMP_GT")) || (data3 === "SCMP_CMP_MASKED_EQ"))){
const err7 = {instancePath:instancePath+"/op",keyword:"enum",params:{allowedValues: schema64.enum}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "names"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.action === undefined){
const err1 = {instancePath,keyword:"required",params:{missingProperty: "action"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.names !== undefined){
let data0 = data.names;
if(Array.isArray(data0)){
if(data0.length < 1){
const err2 = {instancePath:instancePath+"/names",keyword:"minItems",params:{limit: 1}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
const len0 = data0.length;
for(let i0=0; i0<len0; i0++){
if(typeof data0[i0] !== "string"){
const err3 = {instancePath:instancePath+"/names/" + i0,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
}
else {
const err4 = {instancePath:instancePath+"/names",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.action !== undefined){
let data2 = data.action;
if(typeof data2 !== "string"){
const err5 = {instancePath:instancePath+"/action",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if(!(((((((((data2 === "SCMP_ACT_KILL") || (data2 === "SCMP_ACT_KILL_PROCESS")) || (data2 === "SCMP_ACT_KILL_THREAD")) || (data2 === "SCMP_ACT_TRAP")) || (data2 === "SCMP_ACT_ERRNO")) || (data2 === "SCMP_ACT_TRACE")) || (data2 === "SCMP_ACT_ALLOW")) || (data2 === "SCMP_ACT_LOG")) || (data2 === "SCMP_ACT_NOTIFY"))){
const err6 = {instancePath:instancePath+"/action",keyword:"enum",params:{allowedValues: schema58.enum}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.errnoRet !== undefined){
let data3 = data.errnoRet;
if(!(Number.isSafeInteger(data3) && data3 >= 0 && data3 <= 4294967295)){
const err7 = {instancePath:instancePath+"/errnoRet",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
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
const err8 = {instancePath:instancePath+"/args",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "defaultAction"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.defaultAction !== undefined){
let data0 = data.defaultAction;
if(typeof data0 !== "string"){
const err1 = {instancePath:instancePath+"/defaultAction",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(!(((((((((data0 === "SCMP_ACT_KILL") || (data0 === "SCMP_ACT_KILL_PROCESS")) || (data0 === "SCMP_ACT_KILL_THREAD")) || (data0 === "SCMP_ACT_TRAP")) || (data0 === "SCMP_ACT_ERRNO")) || (data0 === "SCMP_ACT_TRACE")) || (data0 === "SCMP_ACT_ALLOW")) || (data0 === "SCMP_ACT_LOG")) || (data0 === "SCMP_ACT_NOTIFY"))){
const err2 = {instancePath:instancePath+"/defaultAction",keyword:"enum",params:{allowedValues: schema58.enum}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
}
if(data.defaultErrnoRet !== undefined){
let data1 = data.defaultErrnoRet;
if(!(Number.isSafeInteger(data1) && data1 >= 0 && data1 <= 4294967295)){
const err3 = {instancePath:instancePath+"/defaultErrnoRet",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
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
const err4 = {instancePath:instancePath+"/architectures/" + i0,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if(!(((((((((((((((((((((((data3 === "SCMP_ARCH_X86") || (data3 === "SCMP_ARCH_X86_64")) || (data3 === "SCMP_ARCH_X32")) || (data3 === "SCMP_ARCH_ARM")) || (data3 === "SCMP_ARCH_AARCH64")) || (data3 === "SCMP_ARCH_LOONGARCH64")) || (data3 === "SCMP_ARCH_M68K")) || (data3 === "SCMP_ARCH_MIPS")) || (data3 === "SCMP_ARCH_MIPS64")) || (data3 === "SCMP_ARCH_MIPS64N32")) || (data3 === "SCMP_ARCH_MIPSEL")) || (data3 === "SCMP_ARCH_MIPSEL64")) || (data3 === "SCMP_ARCH_MIPSEL64N32")) || (data3 === "SCMP_ARCH_PPC")) || (data3 === "SCMP_ARCH_PPC64")) || (data3 === "SCMP_ARCH_PPC64LE")) || (data3 === "SCMP_ARCH_S390")) || (data3 === "SCMP_ARCH_S390X")) || (data3 === "SCMP_ARCH_SH")) || (data3 === "SCMP_ARCH_SHEB")) || (data3 === "SCMP_ARCH_PARISC")) || (data3 === "SCMP_ARCH_PARISC64")) || (data3 === "SCMP_ARCH_RISCV64"))){
const err5 = {instancePath:instancePath+"/architectures/" + i0,keyword:"enum",params:{allowedValues: schema59.enum}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
}
else {
const err6 = {instancePath:instancePath+"/architectures",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
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
const err7 = {instancePath:instancePath+"/flags/" + i1,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if(!((((data5 === "SECCOMP_FILTER_FLAG_TSYNC") || (data5 === "SECCOMP_FILTER_FLAG_LOG")) || (data5 === "SECCOMP_FILTER_FLAG_SPEC_ALLOW")) || (data5 === "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"))){
const err8 = {instancePath:instancePath+"/flags/" + i1,keyword:"enum",params:{allowedValues: schema60.enum}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
}
else {
const err9 = {instancePath:instancePath+"/flags",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
if(data.listenerPath !== undefined){
if(typeof data.listenerPath !== "string"){
const err10 = {instancePath:instancePath+"/listenerPath",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
if(data.listenerMetadata !== undefined){
if(typeof data.listenerMetadata !== "string"){
const err11 = {instancePath:instancePath+"/listenerMetadata",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
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
const err12 = {instancePath:instancePath+"/syscalls",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
}
else {
const err13 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
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
const err0 = {instancePath:instancePath+"/namespaces",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
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
const err1 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "containerID"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data3.hostID === undefined){
const err2 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "hostID"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data3.size === undefined){
const err3 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"required",params:{missingProperty: "size"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
if(data3.containerID !== undefined){
let data4 = data3.containerID;
if(!(Number.isSafeInteger(data4) && data4 >= 0 && data4 <= 4294967295)){
const err4 = {instancePath:instancePath+"/uidMappings/" + i1+"/containerID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data3.hostID !== undefined){
let data5 = data3.hostID;
if(!(Number.isSafeInteger(data5) && data5 >= 0 && data5 <= 4294967295)){
const err5 = {instancePath:instancePath+"/uidMappings/" + i1+"/hostID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data3.size !== undefined){
let data6 = data3.size;
if(!(Number.isSafeInteger(data6) && data6 >= 0 && data6 <= 4294967295)){
const err6 = {instancePath:instancePath+"/uidMappings/" + i1+"/size",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
}
else {
const err7 = {instancePath:instancePath+"/uidMappings/" + i1,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
}
else {
const err8 = {instancePath:instancePath+"/uidMappings",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
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
const err9 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "containerID"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data8.hostID === undefined){
const err10 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "hostID"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(data8.size === undefined){
const err11 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"required",params:{missingProperty: "size"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
if(data8.containerID !== undefined){
let data9 = data8.containerID;
if(!(Number.isSafeInteger(data9) && data9 >= 0 && data9 <= 4294967295)){
const err12 = {instancePath:instancePath+"/gidMappings/" + i2+"/containerID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data8.hostID !== undefined){
let data10 = data8.hostID;
if(!(Number.isSafeInteger(data10) && data10 >= 0 && data10 <= 4294967295)){
const err13 = {instancePath:instancePath+"/gidMappings/" + i2+"/hostID",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data8.size !== undefined){
let data11 = data8.size;
if(!(Number.isSafeInteger(data11) && data11 >= 0 && data11 <= 4294967295)){
const err14 = {instancePath:instancePath+"/gidMappings/" + i2+"/size",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
}
else {
const err15 = {instancePath:instancePath+"/gidMappings/" + i2,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath:instancePath+"/gidMappings",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
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
const err17 = {instancePath:instancePath+"/devices/" + i3,keyword:"required",params:{missingProperty: "type"}};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
if(data14.path === undefined){
const err18 = {instancePath:instancePath+"/devices/" + i3,keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
if(data14.type !== undefined){
let data15 = data14.type;
if(typeof data15 !== "string"){
const err19 = {instancePath:instancePath+"/devices/" + i3+"/type",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
if(!((((data15 === "c") || (data15 === "u")) || (data15 === "b")) || (data15 === "p"))){
const err20 = {instancePath:instancePath+"/devices/" + i3+"/type",keyword:"enum",params:{allowedValues: schema40.properties.type.enum}};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data14.path !== undefined){
if(typeof data14.path !== "string"){
const err21 = {instancePath:instancePath+"/devices/" + i3+"/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data14.major !== undefined){
let data17 = data14.major;
if(!(typeof data17 == "bigint" ? BigInt.asIntN(64, data17) === data17 : Number.isSafeInteger(data17) && data17 >= -9223372036854776000 && data17 <= 9223372036854776000)){
const err22 = {instancePath:instancePath+"/devices/" + i3+"/major",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
if(data14.minor !== undefined){
let data18 = data14.minor;
if(!(typeof data18 == "bigint" ? BigInt.asIntN(64, data18) === data18 : Number.isSafeInteger(data18) && data18 >= -9223372036854776000 && data18 <= 9223372036854776000)){
const err23 = {instancePath:instancePath+"/devices/" + i3+"/minor",keyword:"integer",params:{integer: "int64"}};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data14.fileMode !== undefined){
let data19 = data14.fileMode;
if(!(((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19))) && (isFinite(data19)))){
const err24 = {instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"type",params:{type: "integer"}};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
if((typeof data19 == "number") && (isFinite(data19))){
if(data19 > 511 || isNaN(data19)){
const err25 = {instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"maximum",params:{comparison: "<=", limit: 511}};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data19 < 0 || isNaN(data19)){
const err26 = {instancePath:instancePath+"/devices/" + i3+"/fileMode",keyword:"minimum",params:{comparison: ">=", limit: 0}};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
if(data14.uid !== undefined){
let data20 = data14.uid;
if(!(Number.isSafeInteger(data20) && data20 >= 0 && data20 <= 4294967295)){
const err27 = {instancePath:instancePath+"/devices/" + i3+"/uid",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data14.gid !== undefined){
let data21 = data14.gid;
if(!(Number.isSafeInteger(data21) && data21 >= 0 && data21 <= 4294967295)){
const err28 = {instancePath:instancePath+"/devices/" + i3+"/gid",keyword:"integer",params:{integer: "uint32"}};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/devices/" + i3,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath:instancePath+"/devices",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
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
const err31 = {instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1")+"/name",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
}
}
else {
const err32 = {instancePath:instancePath+"/netDevices/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
}
else {
const err33 = {instancePath:instancePath+"/netDevices",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
}
if(data.cgroupsPath !== undefined){
if(typeof data.cgroupsPath !== "string"){
const err34 = {instancePath:instancePath+"/cgroupsPath",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
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
const err35 = {instancePath:instancePath+"/rootfsPropagation",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
if(!((((((((data27 === "private") || (data27 === "shared")) || (data27 === "slave")) || (data27 === "unbindable")) || (data27 === "rprivate")) || (data27 === "rshared")) || (data27 === "rslave")) || (data27 === "runbindable"))){
const err36 = {instancePath:instancePath+"/rootfsPropagation",keyword:"enum",params:{allowedValues: schema32.properties.rootfsPropagation.enum}};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
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
const err37 = {instancePath:instancePath+"/sysctl/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
}
else {
const err38 = {instancePath:instancePath+"/sysctl",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data.maskedPaths !== undefined){
let data31 = data.maskedPaths;
if(Array.isArray(data31)){
const len4 = data31.length;
for(let i4=0; i4<len4; i4++){
if(typeof data31[i4] !== "string"){
const err39 = {instancePath:instancePath+"/maskedPaths/" + i4,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
}
}
else {
const err40 = {instancePath:instancePath+"/maskedPaths",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
}
if(data.readonlyPaths !== undefined){
let data33 = data.readonlyPaths;
if(Array.isArray(data33)){
const len5 = data33.length;
for(let i5=0; i5<len5; i5++){
if(typeof data33[i5] !== "string"){
const err41 = {instancePath:instancePath+"/readonlyPaths/" + i5,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
else {
const err42 = {instancePath:instancePath+"/readonlyPaths",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data.mountLabel !== undefined){
if(typeof data.mountLabel !== "string"){
const err43 = {instancePath:instancePath+"/mountLabel",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
}
if(data.intelRdt !== undefined){
let data36 = data.intelRdt;
if(data36 && typeof data36 == "object" && !Array.isArray(data36)){
if(data36.closID !== undefined){
if(typeof data36.closID !== "string"){
const err44 = {instancePath:instancePath+"/intelRdt/closID",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
if(data36.schemata !== undefined){
let data38 = data36.schemata;
if(Array.isArray(data38)){
const len6 = data38.length;
for(let i6=0; i6<len6; i6++){
if(typeof data38[i6] !== "string"){
const err45 = {instancePath:instancePath+"/intelRdt/schemata/" + i6,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
}
}
else {
const err46 = {instancePath:instancePath+"/intelRdt/schemata",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
}
if(data36.l3CacheSchema !== undefined){
if(typeof data36.l3CacheSchema !== "string"){
const err47 = {instancePath:instancePath+"/intelRdt/l3CacheSchema",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
}
if(data36.memBwSchema !== undefined){
let data41 = data36.memBwSchema;
if(typeof data41 === "string"){
if(!pattern3.test(data41)){
const err48 = {instancePath:instancePath+"/intelRdt/memBwSchema",keyword:"pattern",params:{pattern: "^MB:[^\\n]*$"}};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/intelRdt/memBwSchema",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
if(data36.enableMonitoring !== undefined){
if(typeof data36.enableMonitoring !== "boolean"){
const err50 = {instancePath:instancePath+"/intelRdt/enableMonitoring",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
}
}
else {
const err51 = {instancePath:instancePath+"/intelRdt",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
}
if(data.memoryPolicy !== undefined){
let data43 = data.memoryPolicy;
if(data43 && typeof data43 == "object" && !Array.isArray(data43)){
if(data43.mode === undefined){
const err52 = {instancePath:instancePath+"/memoryPolicy",keyword:"required",params:{missingProperty: "mode"}};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
if(data43.mode !== undefined){
let data44 = data43.mode;
if(typeof data44 !== "string"){
const err53 = {instancePath:instancePath+"/memoryPolicy/mode",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(!(((((((data44 === "MPOL_DEFAULT") || (data44 === "MPOL_BIND")) || (data44 === "MPOL_INTERLEAVE")) || (data44 === "MPOL_WEIGHTED_INTERLEAVE")) || (data44 === "MPOL_PREFERRED")) || (data44 === "MPOL_PREFERRED_MANY")) || (data44 === "MPOL_LOCAL"))){
const err54 = {instancePath:instancePath+"/memoryPolicy/mode",keyword:"enum",params:{allowedValues: schema66.properties.mode.enum}};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
}
if(data43.nodes !== undefined){
if(typeof data43.nodes !== "string"){
const err55 = {instancePath:instancePath+"/memoryPolicy/nodes",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
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
const err56 = {instancePath:instancePath+"/memoryPolicy/flags/" + i7,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(!(((data47 === "MPOL_F_NUMA_BALANCING") || (data47 === "MPOL_F_RELATIVE_NODES")) || (data47 === "MPOL_F_STATIC_NODES"))){
const err57 = {instancePath:instancePath+"/memoryPolicy/flags/" + i7,keyword:"enum",params:{allowedValues: schema66.properties.flags.items.enum}};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
}
}
else {
const err58 = {instancePath:instancePath+"/memoryPolicy/flags",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
}
else {
const err59 = {instancePath:instancePath+"/memoryPolicy",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
if(data.personality !== undefined){
let data48 = data.personality;
if(data48 && typeof data48 == "object" && !Array.isArray(data48)){
if(data48.domain === undefined){
const err60 = {instancePath:instancePath+"/personality",keyword:"required",params:{missingProperty: "domain"}};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
if(data48.domain !== undefined){
let data49 = data48.domain;
if(typeof data49 !== "string"){
const err61 = {instancePath:instancePath+"/personality/domain",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
if(!((data49 === "LINUX") || (data49 === "LINUX32"))){
const err62 = {instancePath:instancePath+"/personality/domain",keyword:"enum",params:{allowedValues: schema67.properties.domain.enum}};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
}
if(data48.flags !== undefined){
let data50 = data48.flags;
if(Array.isArray(data50)){
const len8 = data50.length;
for(let i8=0; i8<len8; i8++){
if(typeof data50[i8] !== "string"){
const err63 = {instancePath:instancePath+"/personality/flags/" + i8,keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
}
else {
const err64 = {instancePath:instancePath+"/personality/flags",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
}
}
else {
const err65 = {instancePath:instancePath+"/personality",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
}
else {
const err66 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
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
const err0 = {instancePath,keyword:"required",params:{missingProperty: "ociVersion"}};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.ociVersion !== undefined){
if(typeof data.ociVersion !== "string"){
const err1 = {instancePath:instancePath+"/ociVersion",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
}
if(data.root !== undefined){
let data1 = data.root;
if(data1 && typeof data1 == "object" && !Array.isArray(data1)){
if(data1.path === undefined){
const err2 = {instancePath:instancePath+"/root",keyword:"required",params:{missingProperty: "path"}};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data1.path !== undefined){
if(typeof data1.path !== "string"){
const err3 = {instancePath:instancePath+"/root/path",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data1.readonly !== undefined){
if(typeof data1.readonly !== "boolean"){
const err4 = {instancePath:instancePath+"/root/readonly",keyword:"type",params:{type: "boolean"}};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
}
else {
const err5 = {instancePath:instancePath+"/root",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
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
const err6 = {instancePath:instancePath+"/mounts",keyword:"type",params:{type: "array"}};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
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
const err7 = {instancePath:instancePath+"/hostname",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.domainname !== undefined){
if(typeof data.domainname !== "string"){
const err8 = {instancePath:instancePath+"/domainname",keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
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
const err9 = {instancePath:instancePath+"/annotations/" + key0.replace(/~/g, "~0").replace(/\//g, "~1"),keyword:"type",params:{type: "string"}};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
}
}
else {
const err10 = {instancePath:instancePath+"/annotations",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
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
const err11 = {instancePath:instancePath+"/freebsd",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data.solaris !== undefined){
let data14 = data.solaris;
if(!(data14 && typeof data14 == "object" && !Array.isArray(data14))){
const err12 = {instancePath:instancePath+"/solaris",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data.vm !== undefined){
let data15 = data.vm;
if(!(data15 && typeof data15 == "object" && !Array.isArray(data15))){
const err13 = {instancePath:instancePath+"/vm",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
if(data.windows !== undefined){
let data16 = data.windows;
if(!(data16 && typeof data16 == "object" && !Array.isArray(data16))){
const err14 = {instancePath:instancePath+"/windows",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data.zos !== undefined){
let data17 = data.zos;
if(!(data17 && typeof data17 == "object" && !Array.isArray(data17))){
const err15 = {instancePath:instancePath+"/zos",keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
}
else {
const err16 = {instancePath,keyword:"type",params:{type: "object"}};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
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
