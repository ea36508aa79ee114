// curl_easy_setopt and its kin are variadic, which Swift cannot call: one typed wrapper for each kind of argument.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>

#endif
