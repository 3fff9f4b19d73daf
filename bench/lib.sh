# What every bench needs: finding its tools, starting and stopping processes, reading their costs, figures.
# To be sourced, from the top folder. Sets scratch, a folder that is gone at the end.

scratch=$(mktemp -d)
chmod 755 "$scratch" # nginx's workers may run under another name
started=()
stop_all() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$scratch"
}
trap stop_all EXIT

# ---- what is there -------------------------------------------------------------------------------

lacking=0
lacks() { # WHAT LINE-TO-TYPE
  echo "Lacking: $1. Type:  $2" >&2
  lacking=1
}

has_part() { # NAME: whether it is among those asked for
  [[ ,$parts, == *,$1,* ]]
}

find_java25() {
  local java
  for java in "${JAVA_HOME:-/none}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    if [ -x "$java" ] && "$java" -version 2>&1 | grep -q 'version "25'; then
      echo "$java"
      return
    fi
  done
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000)) # below those of outgoing connections
    (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# ---- classes among the tests ---------------------------------------------------------------------

need_test_classes() { # they and what they need; sets java, test_classpath and mysql_home
  java=$(find_java25)
  [ -n "$java" ] || lacks "JDK 25" "JAVA_HOME=/path/to/jdk-25 bench/run NAME"
  command -v mvn >/dev/null || lacks Maven "apt-get install -y maven"
  mysql_home=$(ls -d "$PWD"/.cache/mysql-* 2>/dev/null | tail -n 1)
  [ -d target/test-classes ] && [ -n "$mysql_home" ] || lacks "the compiled tests" "mvn package -DskipTests"
  [ "$lacking" = 0 ] || exit 1
  mvn -q dependency:build-classpath -Dmdep.outputFile="$scratch/classpath" -Dmdep.includeScope=test >&2
  test_classpath=target/test-classes:target/classes:$(cat "$scratch/classpath")
}

test_class() { # CLASS: runs it; what it measured is kept in values, the rest it says goes to standard error
  "$java" ${BENCH_JVM:--Xmx2g} -Dmysql.home="$mysql_home" --enable-native-access=ALL-UNNAMED \
    -Djava.util.logging.config.file=src/test/resources/logging.properties \
    --sun-misc-unsafe-memory-access=allow -cp "$test_classpath" "$1" >"$scratch/said" || {
    tail -n 30 "$scratch/said" >&2
    exit 1
  }
  grep '^value ' "$scratch/said" >>"$scratch/values"
  grep '^round ' "$scratch/said" || true
}

value() { # NAME: what was measured under this name
  awk -v name="$1" '$1 == "value" && $2 == name { print $3 }' "$scratch/values" | grep .
}

# ---- starting and stopping -----------------------------------------------------------------------

start() { # NAME COMMAND…: in the background, its words in NAME.log; sets started_pid
  local name=$1
  shift
  "$@" >"$scratch/$name.log" 2>&1 &
  started_pid=$!
  started+=("$started_pid")
}

stop() { # PID: and waits until it has ended
  kill "$1"
  wait "$1" 2>/dev/null || true
}

wait_for() { # NAME URL PID: until it answers 200
  local try
  for try in $(seq 6000); do
    curl -sf -o /dev/null "$2" && return
    kill -0 "$3" 2>/dev/null || break
    sleep 0.1
  done
  echo "$1 does not answer 200 at $2. It said:" >&2
  tail -n 30 "$scratch/$1.log" >&2
  exit 1
}

# ---- costs ---------------------------------------------------------------------------------------

ticks=$(getconf CLK_TCK)
spent() { # of the stat lines on its input, without the name
  awk -v ticks="$ticks" '{ sum += $12 + $13 } END { print sum / ticks }'
}

cpu_seconds() { # PID: it and its children, since they began
  local pid
  for pid in "$1" $(cat "/proc/$1/task/$1/children"); do
    sed 's/.*) //' "/proc/$pid/stat"
  done | spent
}

compiler_seconds() { # PID: of its JIT compilers alone
  local task
  for task in "/proc/$1/task"/*; do
    if [[ $(cat "$task/comm" 2>/dev/null) == C[12]\ Compiler* ]]; then sed 's/.*) //' "$task/stat"; fi
  done | spent
}

forget_peak_memory() { # PID
  echo 5 >"/proc/$1/clear_refs"
}

peak_memory_mb() { # PID: the most that it held in memory since the peak was forgotten
  awk '$1 == "VmHWM:" { printf "%.0f", $2 / 1024 }' "/proc/$1/status"
}

# ---- figures -------------------------------------------------------------------------------------

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

figure() { # NAME VALUE [GOAL least|most [FLOOR]]: beyond its floor a figure says so too
  if [ $# = 2 ]; then
    printf 'figure %s %.2f\n' "$1" "$2"
  else
    awk -v name="$1" -v value="$2" -v goal="$3" -v kind="$4" -v floor="${5:-}" '
      function reaches(mark) { return kind == "least" ? value >= mark : value <= mark }
      BEGIN {
        printf "figure %s %.2f goal %.2f %s", name, value, goal, reaches(goal) ? "met" : "short"
        if (floor != "" && !reaches(floor)) printf " floor %.2f", floor
        print ""
      }'
  fi
}
