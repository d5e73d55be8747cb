package io.lynse.engine.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Starts a main class of the test class path in a JVM of its own. */
public final class ChildJvm {

    private static final int FAILED = 1;
    private static final int HUNG = 2;

    private ChildJvm() {}

    /** Its output comes to the caller, errors with it. */
    public static Process start(Class<?> main, int heapMib, String... arguments) throws IOException {
        return start(List.of("-XX:TieredStopAtLevel=1"), main, heapMib, arguments); // it lives for a second or two
    }

    /** As above, with further options of the JVM. */
    public static Process start(List<String> options, Class<?> main, int heapMib, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMib + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules", "jdk.incubator.vector",
                "-cp", System.getProperty("java.class.path")));
        command.addAll(options);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** The main method of a child: what it throws ends the process, and so does a hang, with the stacks of all threads. */
    public static void endsWithin(Duration most, Runnable main) {
        Thread.ofPlatform().daemon().name("watchdog").start(() -> {
            LockSupport.parkNanos(most.toNanos());
            throw hung("the whole of it");
        });
        try {
            main.run();
        } catch (Throwable failed) {
            failed.printStackTrace(System.out);
            Runtime.getRuntime().halt(FAILED);
        }
        Runtime.getRuntime().halt(0);
    }

    /** Ends this process, with the stacks of all threads. */
    static IllegalStateException hung(String what) {
        System.out.println("not done in time: " + what);
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            System.out.println(thread);
            for (StackTraceElement frame : stack) System.out.println("    " + frame);
        });
        Runtime.getRuntime().halt(HUNG);
        return new IllegalStateException(what);
    }
}
