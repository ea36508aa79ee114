// JailAttacks NAME [ARGUMENT…]: tries one attack and ends with 0 when it worked; otherwise prints the errno's name.
#define _GNU_SOURCE 1
#include "attacks.h"

#include <stdio.h>
#include <string.h>

int main(int count, char **arguments) {
    const struct attack *tables[] = {kernel_attacks, file_attacks, process_attacks, argument_attacks,
                                     worker_attacks, racing_attacks, hosts};
    if (count < 2) return 2;
    for (int table = 0; table < (int)(sizeof tables / sizeof *tables); table++)
        for (const struct attack *attack = tables[table]; attack->name; attack++)
            if (strcmp(attack->name, arguments[1]) == 0) {
                int code = attack->run(arguments + 2);
                puts(code == 0 ? "worked" : strerrorname_np(code));
                return code == 0 ? 0 : 1;
            }
    return 2;
}
