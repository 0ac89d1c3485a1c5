// What this library calls itself, and which spec it speaks. A test holds the first against package.json.
export const VERSION = '0.1.0'

/** The OCI runtime spec that this library implements. */
export const OCI_VERSION = '1.3.0'
