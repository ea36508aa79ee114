// Nothing but libyaml's own header: its parser takes no variadic function and no function-like macro.
#include <yaml.h>
