package io.clickstream.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.core.importer.ImportOption.OnlyIncludeTests;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Dependencies run one way: model ← pure rules ← functions and operators ← topology ← job. No rule
 * here is allowed to be about nothing: a package that is renamed makes its rule fail.
 */
class ArchitectureTest {

  private static final String ROOT = "io.clickstream";

  /**
   * Which package of the main code may depend on which others. The root package, with the topology
   * and the job, may depend on all of them, and none of them on it.
   */
  private static final Map<String, Set<String>> MAY_DEPEND_ON =
      Map.ofEntries(
          Map.entry("model", Set.of()),
          Map.entry("columns", Set.of("model")),
          Map.entry("config", Set.of("model", "columns")),
          Map.entry("cli", Set.of("config")),
          Map.entry("wire", Set.of("model", "columns")),
          Map.entry("metrics", Set.of("model")),
          Map.entry("registry", Set.of()),
          Map.entry("ingest", Set.of("model", "columns", "config", "wire", "metrics", "registry")),
          Map.entry("session", Set.of("model", "columns", "config", "wire", "metrics")),
          Map.entry("output", Set.of("model", "columns", "config", "wire")),
          Map.entry("reference", Set.of("model", "columns", "config", "wire", "metrics")),
          Map.entry("enrich", Set.of("model", "columns", "config", "wire", "metrics", "reference")),
          Map.entry("kafka", Set.of("model", "config", "wire", "metrics")),
          Map.entry("sink", Set.of("model", "config", "wire", "metrics", "kafka", "output")),
          Map.entry(
              "clickhouse",
              Set.of("model", "columns", "config", "cli", "wire", "metrics", "kafka")),
          Map.entry(
              "preflight",
              Set.of(
                  "model",
                  "columns",
                  "config",
                  "registry",
                  "ingest",
                  "kafka",
                  "sink",
                  "clickhouse")),
          Map.entry("launch", Set.of("config", "preflight")),
          Map.entry(
              "reconcile",
              Set.of(
                  "model",
                  "columns",
                  "config",
                  "cli",
                  "registry",
                  "ingest",
                  "kafka",
                  "output",
                  "preflight")),
          Map.entry(
              "tools",
              Set.of(
                  "model",
                  "columns",
                  "config",
                  "cli",
                  "registry",
                  "ingest",
                  "kafka",
                  "preflight",
                  "output")));

  private static final JavaClasses MAIN =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages(ROOT);
  private static final JavaClasses TESTS =
      new ClassFileImporter().withImportOption(new OnlyIncludeTests()).importPackages(ROOT);

  /** Compiled together with the tests, from a source root of its own. */
  private static final DescribedPredicate<JavaClass> IN_LAB =
      describe(
          "are in src/lab",
          type ->
              type.getPackageName().startsWith(ROOT)
                  && Files.exists(
                      Path.of("src/lab/java", type.getPackageName().split("\\."))
                          .resolve(
                              type.getName()
                                      .substring(type.getPackageName().length() + 1)
                                      .replaceAll("\\$.*", "")
                                  + ".java")));

  private static final DescribedPredicate<JavaClass> IN_TESTS =
      describe("are in src/test", type -> TESTS.contain(type.getName()) && !IN_LAB.test(type));

  private static final DescribedPredicate<JavaClass> FLINK_OR_KAFKA =
      resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

  /** Cache, time and state around the session rules. */
  private static final DescribedPredicate<JavaClass> SESSION_OPERATOR =
      resideInAPackage(ROOT + ".session.operator");

  private static final DescribedPredicate<JavaClass> CORE =
      resideInAnyPackage(
          ROOT + ".session..", ROOT + ".ingest..", ROOT + ".reference..", ROOT + ".enrich..");

  private static final DescribedPredicate<JavaClass> USES_FLINK =
      describe(
          "use Flink",
          type ->
              type.getDirectDependenciesFromSelf().stream()
                  .map(Dependency::getTargetClass)
                  .anyMatch(resideInAPackage("org.apache.flink..")));

  /**
   * A function, operator, serializer or schema (a Flink or Kafka type itself), by its name a holder
   * of Flink's type information or metrics, or a part of the session operator that uses Flink; with
   * all that is nested in one.
   */
  private static final DescribedPredicate<JavaClass> FACES_FLINK =
      describe(
          "face Flink",
          type -> {
            JavaClass outermost = type;
            while (outermost.getEnclosingClass().isPresent()) {
              outermost = outermost.getEnclosingClass().get();
            }
            return outermost.isAssignableTo(FLINK_OR_KAFKA)
                || ((outermost.getSimpleName().matches(".*(Types|Metrics)")
                        || SESSION_OPERATOR.test(outermost))
                    && USES_FLINK.test(outermost));
          });

  private static final DescribedPredicate<JavaClass> PURE =
      resideInAPackage(ROOT + ".model..").or(CORE.and(not(FACES_FLINK))).as("pure classes");

  private static final DescribedPredicate<JavaClass> IN_ROOT = resideInAPackage(ROOT);

  @Test
  void shouldDependOnNothingButTheJdkWhenInTheModel() {
    check(
        classes()
            .that()
            .resideInAPackage(ROOT + ".model..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "org.jspecify..", ROOT + ".model.."));
  }

  @Test
  void shouldNotReachFlinkOrKafkaWhenPure() {
    check(
        noClasses()
            .that(PURE)
            .should()
            .dependOnClassesThat(FLINK_OR_KAFKA)
            .because("rules, parsing and enrichment are tested, measured and reused without them"));
  }

  @Test
  void shouldHaveNothingOfFlinkWhenTheSessionRules() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".session")
            .should()
            .dependOnClassesThat(FLINK_OR_KAFKA.or(SESSION_OPERATOR))
            .because("the operator is around the rules, in a room of its own"));
  }

  @Test
  void shouldBeKnownToTheTopologyOnlyWhenTheSessionOperator() {
    check(
        noClasses()
            .that(
                not(SESSION_OPERATOR)
                    .and(
                        not(
                            describe(
                                "the topology",
                                type -> type.getName().equals(ROOT + ".ClickstreamTopology")))))
            .should()
            .dependOnClassesThat(SESSION_OPERATOR));
  }

  @Test
  void shouldNotKnowFunctionsAndOperatorsWhenPure() {
    check(
        noClasses()
            .that(PURE)
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + "..").and(FACES_FLINK.or(USES_FLINK)))
            .because("functions call the pure classes, never the other way round"));
  }

  @Test
  void shouldDependOnOtherPackagesOnlyAsListed() {
    check(
        classes()
            .that(not(IN_ROOT))
            .should(dependOnListedPackagesOnly())
            .because("dependencies run one way, and only the topology and the job see everything"));
  }

  @Test
  void shouldKnowNoEncodingWhenItJudgesClicks() {
    check(
        noClasses()
            .that()
            .resideInAPackage(ROOT + ".ingest")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".ingest.*..")
            .because("each encoding knows the rules, so that there is one judge for all"));
  }

  @Test
  void shouldHaveNoCyclesBetweenPackages() {
    check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
  }

  @Test
  void shouldNotKnowWhereSettingsComeFromWhenARecordOfThemOrInTheCore() {
    check(
        noClasses()
            .that(resideInAPackage(ROOT + ".config").or(CORE))
            .should()
            .dependOnClassesThat(resideInAPackage(ROOT + ".config.load.."))
            .because("only what starts a job or a tool reads arguments, variables and files"));
  }

  @Test
  void shouldNotKnowEachOtherWhenToolsOfTwoRooms() {
    check(slices().matching(ROOT + ".tools.(*)..").should().notDependOnEachOther());
  }

  @Test
  void shouldNotBeKnownToOthersWhenTheJob() {
    check(
        noClasses().should().dependOnClassesThat().haveFullyQualifiedName(ROOT + ".ClickstreamJob"),
        MAIN.that(
            describe(
                "are neither the job nor the command that checks it",
                type ->
                    !type.getFullName().startsWith(ROOT + ".ClickstreamJob")
                        && !type.getFullName().equals(ROOT + ".Check"))));
  }

  @Test
  void shouldNotBeKnownToTheJobWhenInTheLab() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat(IN_LAB)
            .because("the programs of src/lab are not in the JAR"));
  }

  @Test
  void shouldNotKnowTestsWhenInTheLab() {
    check(
        noClasses()
            .that(IN_LAB)
            .should()
            .dependOnClassesThat(IN_TESTS)
            .because("a program is compiled without the tests"),
        TESTS);
  }

  @Test
  void shouldNotBeKnownToOthersWhenTheLauncherOfTheLab() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName(ROOT + ".lab.Lab")
            .because("it names the programs, and none of them names it"),
        TESTS.that(
            IN_LAB.and(
                not(describe("the launcher", type -> type.getName().equals(ROOT + ".lab.Lab"))))));
  }

  @Test
  void shouldNotReadTheWallClockOrSleepWhenInTheCore() {
    check(
        noClasses()
            .that(resideInAPackage(ROOT + ".model..").or(CORE))
            .and()
            .haveSimpleNameNotEndingWith("Clock")
            .should()
            .accessTargetWhere(readsWallClockOrSleeps())
            .because("time comes in as an argument, or a replay gives another result"));
  }

  @Test
  void shouldHoldNoOptional() {
    Stream.of(Optional.class, OptionalInt.class, OptionalLong.class, OptionalDouble.class)
        .forEach(optional -> check(noFields().should().haveRawType(optional)));
  }

  @Test
  void shouldSayWhatItIsWhenNamed() {
    ArchRule rule =
        noClasses()
            .should()
            .haveNameMatching(".*(Util|Utils|Helper|Helpers|Manager|Impl)(\\$.*)?")
            .because("these words say nothing");
    check(rule);
    check(rule, TESTS);
  }

  @Test
  void shouldPrintOnlyWhenAnEntryPointOrATool() {
    check(
        NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS,
        MAIN.that(
            not(resideInAnyPackage(ROOT + ".tools..", ROOT + ".launch.."))
                .and(not(isEntryPoint()))));
  }

  @Test
  void shouldLogThroughSlf4j() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "java.util.logging..", "org.apache.logging..", "org.apache.log4j.."));
  }

  @Test
  void shouldThrowExceptionsThatSayWhatIsWrong() {
    check(NO_CLASSES_SHOULD_THROW_GENERIC_EXCEPTIONS);
  }

  @Test
  void shouldSayPurposeAndDependantsWhenAPackage() throws IOException {
    // Given the folders with sources
    Path sources = Path.of("src/main/java");
    Set<Path> packages;
    try (Stream<Path> files = Files.walk(sources)) {
      packages =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .collect(toCollection(TreeSet::new));
    }

    // When those are left out that are marked and have two paragraphs of a sentence or more
    Pattern complete =
        Pattern.compile(
            "/\\*\\*\\n \\* \\p{Lu}.*\\.\\n \\*\\n \\* <p>.*\\.\\n \\*/\\n@NullMarked\\npackage .*",
            Pattern.DOTALL);
    Set<Path> incomplete = new TreeSet<>();
    for (Path folder : packages) {
      Path info = folder.resolve("package-info.java");
      if (!Files.exists(info) || !complete.matcher(Files.readString(info)).matches()) {
        incomplete.add(info);
      }
    }

    // Then
    assertThat(packages).isNotEmpty();
    assertThat(incomplete).isEmpty();
  }

  @Test
  void shouldSeeThePackagesAndKindsOfClassesThatItsRulesAreAbout() {
    assertThat(MAIN.that(not(IN_ROOT)).stream().map(ArchitectureTest::topPackage))
        .containsOnly(MAY_DEPEND_ON.keySet().toArray(String[]::new));
    assertThat(MAIN.that(PURE.and(CORE))).isNotEmpty();
    assertThat(MAIN.that(FACES_FLINK.and(CORE))).isNotEmpty();
    assertThat(MAIN.that(isEntryPoint())).isNotEmpty();
    assertThat(TESTS.that(IN_TESTS)).isNotEmpty();
    assertThat(TESTS.that(IN_LAB)).isNotEmpty();
  }

  private static void check(ArchRule rule) {
    check(rule, MAIN);
  }

  private static void check(ArchRule rule, JavaClasses classes) {
    rule.check(classes);
  }

  private static ArchCondition<JavaClass> dependOnListedPackagesOnly() {
    return new ArchCondition<>("depend on other packages only as MAY_DEPEND_ON lists them") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        String from = topPackage(type);
        Set<String> allowed = MAY_DEPEND_ON.get(from);
        if (allowed == null) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " is in a package that MAY_DEPEND_ON does not list"));
          return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          JavaClass target = dependency.getTargetClass().getBaseComponentType();
          if (resideInAPackage(ROOT + "..").test(target)) {
            String to = topPackage(target);
            if (!to.equals(from) && !allowed.contains(to)) {
              events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
            }
          }
        }
      }
    };
  }

  /** The package right below the root, or an empty text for the root itself. */
  private static String topPackage(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(ROOT) ? "" : name.substring(ROOT.length() + 1).split("\\.", 2)[0];
  }

  private static DescribedPredicate<JavaClass> isEntryPoint() {
    return describe(
        "have a main method", type -> type.tryGetMethod("main", String[].class).isPresent());
  }

  private static DescribedPredicate<JavaAccess<?>> readsWallClockOrSleeps() {
    Set<String> wallClock =
        Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.Thread.sleep",
            "java.util.concurrent.TimeUnit.sleep");
    Set<String> withNow =
        Set.of(
            "java.time.Instant",
            "java.time.LocalDateTime",
            "java.time.LocalDate",
            "java.time.ZonedDateTime",
            "java.time.OffsetDateTime");
    return describe(
        "reads the wall clock or sleeps",
        access -> {
          AccessTarget target = access.getTarget();
          String owner = target.getOwner().getFullName();
          return wallClock.contains(owner + "." + target.getName())
              || withNow.contains(owner) && target.getName().equals("now")
              || owner.equals("java.time.Clock") && target.getName().startsWith("system");
        });
  }
}
