// Why this is C: libcurl is loaded when a request first needs it, for it brings 28 libraries with it, which cost a command that
// makes no such request two thirds of its start-up, and an idle server 5 MB. And curl_easy_setopt and its kin are
// variadic, which Swift cannot call: one typed wrapper for each kind of argument.
#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

// Its checks of types look at the functions by their names.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

// The functions of libcurl that are used here. Under names of our own: what is exported under its own would be taken for it.
#define CCURL_FUNCTIONS(each) \
    each(curl_easy_cleanup) \
    each(curl_easy_getinfo) \
    each(curl_easy_init) \
    each(curl_easy_pause) \
    each(curl_easy_setopt) \
    each(curl_easy_strerror) \
    each(curl_global_init) \
    each(curl_multi_add_handle) \
    each(curl_multi_cleanup) \
    each(curl_multi_info_read) \
    each(curl_multi_init) \
    each(curl_multi_remove_handle) \
    each(curl_multi_setopt) \
    each(curl_multi_socket_action) \
    each(curl_version) \
    each(curl_version_info)

#define CCURL_MEMBER(name) __typeof__(&name) name;
struct ccurl_functions { CCURL_FUNCTIONS(CCURL_MEMBER) };
extern struct ccurl_functions ccurl;

// Loads it, once, from whichever thread comes first. Null, or why it cannot be had; nothing below may be called then.
const char *ccurl_load(void);

static inline CURL *ccurl_easy_init(void) { return ccurl.curl_easy_init(); }
static inline void ccurl_easy_cleanup(CURL *easy) { ccurl.curl_easy_cleanup(easy); }
static inline CURLcode ccurl_easy_pause(CURL *easy, int what) { return ccurl.curl_easy_pause(easy, what); }
static inline const char *ccurl_easy_strerror(CURLcode code) { return ccurl.curl_easy_strerror(code); }
static inline CURLM *ccurl_multi_init(void) { return ccurl.curl_multi_init(); }
static inline CURLMcode ccurl_multi_cleanup(CURLM *multi) { return ccurl.curl_multi_cleanup(multi); }
static inline CURLMcode ccurl_multi_add_handle(CURLM *multi, CURL *easy) {
    return ccurl.curl_multi_add_handle(multi, easy);
}
static inline CURLMcode ccurl_multi_remove_handle(CURLM *multi, CURL *easy) {
    return ccurl.curl_multi_remove_handle(multi, easy);
}
static inline CURLMcode ccurl_multi_socket_action(CURLM *multi, curl_socket_t socket, int events, int *running) {
    return ccurl.curl_multi_socket_action(multi, socket, events, running);
}
static inline const char *ccurl_version(void) { return ccurl.curl_version(); }
static inline const curl_version_info_data *ccurl_version_info(void) {
    return ccurl.curl_version_info(CURLVERSION_FIRST);
}
static inline CURLcode ccurl_set_long(CURL *easy, CURLoption option, long value) {
    return ccurl.curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return ccurl.curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_string(CURL *easy, CURLoption option, const char *value) {
    return ccurl.curl_easy_setopt(easy, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return ccurl.curl_easy_setopt(easy, option, value);
}
typedef size_t (*ccurl_data_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode ccurl_set_data_callback(CURL *easy, CURLoption option, ccurl_data_callback callback) {
    return ccurl.curl_easy_setopt(easy, option, callback);
}
static inline CURLcode ccurl_get_long(CURL *easy, CURLINFO info, long *value) {
    return ccurl.curl_easy_getinfo(easy, info, value);
}
static inline CURLcode ccurl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return ccurl.curl_easy_getinfo(easy, info, value);
}
// Bytes of the request's body that have left.
static inline curl_off_t ccurl_uploaded(CURL *easy) {
    curl_off_t count = 0;
    return ccurl.curl_easy_getinfo(easy, CURLINFO_SIZE_UPLOAD_T, &count) == CURLE_OK ? count : 0;
}
static inline CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return ccurl.curl_multi_setopt(multi, option, value);
}
static inline CURLMcode ccurl_multi_set_pointer(CURLM *multi, CURLMoption option, void *value) {
    return ccurl.curl_multi_setopt(multi, option, value);
}
typedef int (*ccurl_socket_callback)(CURL *easy, curl_socket_t socket, int what, void *context, void *per_socket);
static inline CURLMcode ccurl_multi_set_socket_callback(CURLM *multi, ccurl_socket_callback callback) {
    return ccurl.curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, callback);
}
typedef int (*ccurl_timer_callback)(CURLM *multi, long milliseconds, void *context);
static inline CURLMcode ccurl_multi_set_timer_callback(CURLM *multi, ccurl_timer_callback callback) {
    return ccurl.curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, callback);
}
typedef int (*ccurl_close_callback)(void *context, curl_socket_t socket);
static inline CURLcode ccurl_set_close_callback(CURL *easy, ccurl_close_callback callback) {
    return ccurl.curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, callback);
}
typedef int (*ccurl_open_callback)(void *context, curl_socket_t socket, curlsocktype purpose);
static inline CURLcode ccurl_set_open_callback(CURL *easy, ccurl_open_callback callback) {
    return ccurl.curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, callback);
}
typedef int (*ccurl_before_request_callback)(void *context, char *remote_address, char *local_address, int remote_port,
                                             int local_port);
static inline CURLcode ccurl_set_before_request_callback(CURL *easy, ccurl_before_request_callback callback) {
    return ccurl.curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, callback);
}
// The message is a union inside a struct that libcurl owns until the next call.
static inline CURL *ccurl_next_finished(CURLM *multi, CURLcode *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = ccurl.curl_multi_info_read(multi, &left))) {
        if (message->msg == CURLMSG_DONE) {
            *result = message->data.result;
            return message->easy_handle;
        }
    }
    return NULL;
}
// Macros with casts, which Swift does not import.
static const size_t ccurl_pause_reading = CURL_READFUNC_PAUSE;
static const size_t ccurl_abort_reading = CURL_READFUNC_ABORT;
static const size_t ccurl_pause_writing = CURL_WRITEFUNC_PAUSE;
static const curl_socket_t ccurl_socket_timeout = CURL_SOCKET_TIMEOUT;

#endif
