// Nothing but libcrypto's own header: the one-shot and the stepwise interface of digests are plain functions, which Swift
// can call as they are.
#include <openssl/evp.h>
