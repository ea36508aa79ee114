// Nothing but gumbo's own header: it takes no variadic function and no function-like macro.
#include <gumbo.h>
