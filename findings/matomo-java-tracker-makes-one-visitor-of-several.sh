#!/usr/bin/env bash
#
# matomo-java-tracker 3.4.0: VisitorId.fromString() makes one visitor of several people.
#
# Matomo's visitor id has 64 bits. The tracker's Javadoc recommends fromString() with something like a user's name over
# a random id, and says that the string is hashed. The hash is String.hashCode(), of 32 bits, whose sign fills the
# other half of the id, and it is no good one for short strings: "P" instead of "1" in the last place counts as much as
# one more in the place before it, so that customers K0K2P and K0K31 are one visitor. A hundred thousand customers who
# are numbered in base 36 are 43342 visitors, so that most of them share their id with another. Of a million random ids
# some hundred do. Visits of people with one id count as one visitor's, and run into each other where they overlap: one
# carries on the session, the campaign and the basket of the other.
#
# fromHex() with 16 digits of a real hash of the same string keeps all of them apart.
#
# No issue about it was found in https://github.com/matomo-org/matomo-java-tracker.
#
# Exit code 0: it behaves as said here. 1: it no longer does. 2: this could not be found out.
#
# Needs a JDK 17 or newer, Maven and Maven Central. Leaves nothing behind but what Maven has downloaded.

set -euo pipefail

TRACKER=3.4.0
DEPENDENCY_PLUGIN=3.8.1
MAVEN_SECONDS=600
JAVA_SECONDS=120

fail() {
  echo "could not be found out: $1" >&2
  exit 2
}

for command in java javac mvn timeout; do
  command -v "$command" > /dev/null || fail "$command is not on the PATH; install it"
done

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
trap 'exit 2' INT TERM
cd "$directory"

cat > pom.xml << EOF
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.piwik.java.tracking</groupId>
      <artifactId>matomo-java-tracker-core</artifactId>
      <version>$TRACKER</version>
    </dependency>
  </dependencies>
</project>
EOF
timeout "$MAVEN_SECONDS" mvn -B -q -Dstyle.color=never \
  "org.apache.maven.plugins:maven-dependency-plugin:$DEPENDENCY_PLUGIN:copy-dependencies" \
  -DoutputDirectory="$directory/lib" > maven.log 2>&1 || {
  tail -20 maven.log >&2
  fail "the packages could not be had"
}

cat > Visitors.java << 'JAVA'
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.matomo.java.tracking.parameters.VisitorId;

public final class Visitors {

  public static void main(String[] args) {
    for (String customer : List.of("K0K2P", "K0K31", "K0K32")) {
      System.out.println(customer + ": " + VisitorId.fromString(customer));
    }
    require(id("K0K2P").equals(id("K0K31")), "customers K0K2P and K0K31 are one visitor");
    require(!id("K0K31").equals(id("K0K32")), "customers K0K31 and K0K32 are two");

    List<String> numbers =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "000" + Integer.toString(i, 36).toUpperCase())
            .map(text -> "K" + text.substring(text.length() - 4))
            .toList();
    Random random = new Random(1);
    List<String> randoms =
        IntStream.range(0, 1_000_000)
            .mapToObj(i -> new UUID(random.nextLong(), random.nextLong()).toString())
            .toList();
    int ofNumbers = count(numbers, Visitors::id);
    int ofRandoms = count(randoms, Visitors::id);
    System.out.println("100000 customers in base 36: " + ofNumbers + " visitors");
    System.out.println("1000000 random ids: " + ofRandoms + " visitors");
    System.out.println(
        "by a hash of 64 bits: "
            + count(numbers, Visitors::sha)
            + " and "
            + count(randoms, Visitors::sha));
    require(ofNumbers == 43_342, "100000 customers in base 36 are 43342 visitors");
    require(ofRandoms < 1_000_000, "of a million random ids some are the same visitor");
    require(
        count(numbers, Visitors::sha) == 100_000 && count(randoms, Visitors::sha) == 1_000_000,
        "a hash of 64 bits keeps them apart");
    System.out.println("as described");
  }

  private static String id(String text) {
    return VisitorId.fromString(text).toString();
  }

  private static String sha(String text) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return VisitorId.fromHex(HexFormat.of().formatHex(hash, 0, 8)).toString();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int count(List<String> people, Function<String, String> id) {
    Set<String> visitors = new HashSet<>();
    people.forEach(person -> visitors.add(id.apply(person)));
    return visitors.size();
  }

  private static void require(boolean condition, String expected) {
    if (!condition) {
      System.out.println("CHANGED: expected that " + expected);
      System.exit(1);
    }
  }
}
JAVA

javac -d classes -cp "lib/*" Visitors.java 2> javac.log || {
  cat javac.log >&2
  fail "the program does not compile"
}
echo "matomo-java-tracker-core $TRACKER, $(java -version 2>&1 | head -1)"
status=0
timeout "$JAVA_SECONDS" java -cp "classes:lib/*" Visitors 2> java.log || status=$?
[[ $status -le 1 ]] && ! grep -q '^Exception' java.log || {
  cat java.log >&2
  fail "the run ended with code $status"
}
exit "$status"
