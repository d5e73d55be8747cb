package io.lynse.tests.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Every border of DESIGN.md section 2 and STYLE.md section 1, each with the bad example that crosses it. */
final class Borders {

    private static final String[] SPRING = {"org.springframework.."};
    private static final String[] GRPC = {"io.grpc.."};
    private static final String[] HTTP = {
        "jakarta.servlet..", "jakarta.ws.rs..", "java.net.http..", "com.sun.net.httpserver..", "org.apache.catalina..", "org.apache.tomcat.."
    };

    private final Layout layout;

    Borders(String root) {
        this.layout = new Layout(root);
    }

    List<Border> all() {
        var borders = new ArrayList<Border>();
        borders.addAll(modules());
        borders.addAll(libraries());
        borders.addAll(purity());
        borders.addAll(wire());
        borders.addAll(features());
        borders.addAll(habits());
        return List.copyOf(borders);
    }

    private List<Border> modules() {
        return List.of(
                module("model", "WordKnowsEngine"),
                module("error", "ErrorKnowsEngine"),
                module("wire", "WireKnowsEngine"),
                module("metadata", "MetadataKnowsEngine"),
                module("engine", "EngineKnowsHttp"),
                module("http", "RouteKnowsEngine"),
                module("shard", "ShardKnowsCoordinator"),
                module("coordinator", "CoordinatorKnowsEngine"),
                module("cli", "CommandKnowsHttp"));
    }

    private Border module(String module, String offender) {
        ArchRule rule = classes().that().resideInAPackage(layout.below(module)).should(Conditions.seeOnlyModules(layout, Layout.maySee(module)));
        return new Border(module + " sees only the modules below it", rule, offender);
    }

    private List<Border> libraries() {
        return List.of(
                new Border("the engine knows no Spring", neither("engine", SPRING), "EngineWithSpring"),
                new Border("the engine knows no gRPC", neither("engine", GRPC), "EngineWithGrpc"),
                new Border("the engine knows no HTTP", neither("engine", HTTP), "EngineWithHttp"),
                new Border("the shared language knows no Spring", neither("model", SPRING), "WordWithSpring"),
                new Border("the shared language does no network or file access",
                        neither("model", "java.net..", "java.nio.file..", "java.nio.channels..", "io.grpc.."), "WordWithFile"),
                new Border("only edges and wiring know Spring in a service", onlyEdgesKnowSpring(), "FeatureWithSpring"),
                new Border("Lucene stays in the engine", onlyIn("org.apache.lucene..", "engine"), "ShardWithLucene"),
                new Border("hashing of buckets stays in the metadata", onlyIn("org.bouncycastle..", "metadata"), "CoordinatorWithBouncyCastle"),
                new Border("Raft stays with the owners of the metadata", onlyIn("org.apache.ratis..", "shard.owner"), "CoordinatorWithRaft"),
                new Border("circuit breakers stay with the prober and the wiring",
                        onlyIn("io.github.resilience4j..", "coordinator.health", "coordinator.app"), "WriteWithBreaker"),
                new Border("the command line talks HTTP by the JDK alone",
                        classes().that().resideInAPackage(layout.below("cli")).should().onlyDependOnClassesThat(resideInAnyPackage(
                                "java..", "jdk.incubator.vector..", "picocli..", "tools.jackson..", "com.fasterxml.jackson.annotation..",
                                "org.jspecify..", layout.below("cli"), layout.below("model"), layout.below("error"), layout.below("wire"))),
                        "CommandWithGrpc"));
    }

    /** What a state machine must not touch, so that every owner reaches the same image (invariant 5). */
    private List<Border> purity() {
        return List.of(
                new Border("metadata is pure: records, collections and one hash",
                        classes().that().resideInAPackage(layout.below("metadata")).should().onlyDependOnClassesThat(
                                resideInAnyPackage("java.lang..", "java.util", "java.util.function", "java.util.stream", "java.nio", "java.nio.charset",
                                        "java.math", "java.time", "com.google.protobuf..", "org.bouncycastle.crypto..", "org.bouncycastle.util..",
                                        "org.jspecify..", layout.below("metadata"), layout.below("model"), layout.below("error"), layout.below("wire"))),
                        "MetadataWithFile"),
                new Border("metadata reads no clock",
                        noClasses().that().resideInAPackage(layout.below("metadata"))
                                .should().callMethod(System.class, "currentTimeMillis")
                                .orShould().callMethod(System.class, "nanoTime")
                                .orShould().callMethod(Instant.class, "now")
                                .orShould().dependOnClassesThat().areAssignableTo(Clock.class)
                                .orShould().dependOnClassesThat().areAssignableTo(Thread.class),
                        "MetadataWithClock"),
                new Border("metadata draws no random numbers",
                        noClasses().that().resideInAPackage(layout.below("metadata"))
                                .should().dependOnClassesThat().areAssignableTo(java.util.random.RandomGenerator.class)
                                .orShould().callMethod(Math.class, "random")
                                .orShould().callMethod(UUID.class, "randomUUID"),
                        "MetadataWithRandom"));
    }

    /**
     * Generated messages are seen by the mapping, by the log's readers and writers, and where a service meets the other one, or owners each other.
     * The public HTTP API and the command line speak records or JSON alone.
     */
    private List<Border> wire() {
        return List.of(
                new Border("words know no message", knowsNoMessage("model"), "WordWithMessage"),
                new Border("the public HTTP API knows no message", knowsNoMessage("http"), "RouteWithMessage"),
                new Border("the command line knows no message", knowsNoMessage("cli"), "CommandWithMessage"),
                new Border("on the coordinator only the shard client knows messages",
                        noClasses().that().resideInAPackage(layout.below("coordinator")).and().resideOutsideOfPackage(layout.below("coordinator.shardclient"))
                                .should().dependOnClassesThat().resideInAPackage(layout.below("wire.v1")), "CoordinatorWithMessage"),
                new Border("channels, stubs and servers stay at the edges of a service",
                        noClasses().that().resideInAnyPackage(layout.below("shard"), layout.below("coordinator"))
                                .and().resideOutsideOfPackages("..shard.grpc..", "..shard.owner..", "..coordinator.shardclient..", "..app..")
                                .should().dependOnClassesThat().resideInAnyPackage(GRPC), "FeatureWithGrpc"));
    }

    private ArchRule knowsNoMessage(String module) {
        return neither(module, layout.below("wire.v1"));
    }

    private List<Border> features() {
        return List.of(
                acyclic("engine", "Circle"),
                acyclic("http", "Loop"),
                acyclic("shard", "Round"),
                acyclic("coordinator", "Orbit"),
                new Border("a feature leaves the internals of another alone",
                        classes().that().resideInAPackage(layout.root() + "..").should(Conditions.leaveInternalsAlone(layout)), "PriesIntoRaft"),
                new Border("features do not call back into the engine's front",
                        noClasses().that().resideInAPackage(layout.root() + ".engine.*..")
                                .should().dependOnClassesThat(nameMatching(".*\\.engine\\.Engine")), "FeatureCallsFront"));
    }

    private Border acyclic(String module, String offender) {
        return new Border("the features of " + module + " form no cycle",
                slices().matching(layout.root() + "." + module + ".(*)..").should().beFreeOfCycles(), offender);
    }

    private List<Border> habits() {
        String ours = layout.root() + "..";
        return List.of(
                new Border("every package says what it is and is @NullMarked",
                        classes().that().resideInAPackage(ours).and().resideOutsideOfPackage(layout.below("wire.v1"))
                                .should(Conditions.lieInNullMarkedPackage()), "NoPackageInfo"),
                new Border("a class is named for what it is",
                        noClasses().that().resideInAPackage(ours)
                                .should().haveSimpleNameEndingWith("Utils").orShould().haveSimpleNameEndingWith("Util")
                                .orShould().haveSimpleNameEndingWith("Helper").orShould().haveSimpleNameEndingWith("Helpers")
                                .orShould().haveSimpleNameEndingWith("Manager"), "RowHelper"),
                new Border("a package is named for its feature",
                        noClasses().that().resideInAPackage(ours)
                                .should().resideInAnyPackage("..util..", "..utils..", "..helper..", "..helpers..", "..common..", "..misc.."), "Leftover"));
    }

    private ArchRule neither(String module, String... packages) {
        return noClasses().that().resideInAPackage(layout.below(module)).should().dependOnClassesThat().resideInAnyPackage(packages);
    }

    private ArchRule onlyEdgesKnowSpring() {
        return noClasses().that().resideInAnyPackage(layout.below("shard"), layout.below("coordinator"))
                .and().resideOutsideOfPackages("..app..", "..http..", "..grpc..")
                .should().dependOnClassesThat().resideInAnyPackage(SPRING);
    }

    private ArchRule onlyIn(String library, String... homes) {
        String[] packages = List.of(homes).stream().map(layout::below).toArray(String[]::new);
        return noClasses().that().resideInAPackage(layout.root() + "..").and().resideOutsideOfPackages(packages)
                .should().dependOnClassesThat().resideInAPackage(library);
    }
}
