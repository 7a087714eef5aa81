/** Set by whoever starts one server for many test files; without it each process starts its own. */
export const TEST_SERVER = 'WARREN_TEST_SERVER'

/** The URL of the test server to use, if someone started one. */
export const testServerUrl = (): string | undefined => process.env[TEST_SERVER]
