package io.lynse.shard.bench;

import com.sun.management.OperatingSystemMXBean;
import io.lynse.shard.bench.StageCpu.Stage;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * CPU time of this process by stage. The kernel tells it for every thread, those of the JVM included, to the nanosecond
 * ({@code /proc/self/task/N/schedstat}), but forgets a thread that ends, as those that merge do: so the threads are looked at
 * every few milliseconds and what was last seen of each is kept. Where the kernel tells nothing every stage is 0.
 */
final class ThreadCpu implements AutoCloseable {

    static final String SAMPLER = "lynse-sampler";

    private static final long SAMPLE_MILLIS = 20;
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private record Seen(@Nullable Stage stage, long nanos) {}

    private final Map<String, Seen> threads = new HashMap<>(); // by number
    private final Thread sampler = Thread.ofPlatform().daemon().name(SAMPLER).unstarted(this::run);
    private volatile boolean stopped;

    static ThreadCpu start() {
        var cpu = new ThreadCpu();
        cpu.sampler.start();
        return cpu;
    }

    /** Spent since the process began. */
    synchronized StageCpu read() {
        look();
        var nanos = new EnumMap<Stage, Long>(Stage.class);
        for (Seen seen : threads.values()) {
            if (seen.stage != null) nanos.merge(seen.stage, seen.nanos, Long::sum);
        }
        return new StageCpu(nanos, PROCESS.getProcessCpuTime());
    }

    /** Waits until no segments are being merged. */
    void awaitMerges() {
        while (merging()) pause();
    }

    @Override
    public void close() {
        stopped = true;
        sampler.interrupt();
    }

    private synchronized boolean merging() {
        look();
        for (String number : names(TASKS)) {
            Seen seen = threads.get(number);
            if (seen != null && seen.stage == Stage.MERGE) return true;
        }
        return false;
    }

    private void run() {
        while (!stopped) {
            synchronized (this) {
                look();
            }
            pause();
        }
    }

    private void look() {
        for (String number : names(TASKS)) {
            try {
                // Every time, because a thread begins with the name of the one that made it.
                Stage stage = stage(Files.readString(TASKS.resolve(number + "/comm")));
                String times = Files.readString(TASKS.resolve(number + "/schedstat"));
                threads.put(number, new Seen(stage, Long.parseLong(times.substring(0, times.indexOf(' ')))));
            } catch (IOException ended) {
                // Between the listing and the look; what was seen before is kept.
            }
        }
    }

    private static @Nullable Stage stage(String thread) {
        for (Stage stage : Stage.values()) {
            if (stage.isNamed(thread)) return stage;
        }
        return null;
    }

    private static String[] names(Path folder) {
        String[] names = new File(folder.toString()).list();
        return names == null ? new String[0] : names;
    }

    private void pause() {
        try {
            Thread.sleep(SAMPLE_MILLIS);
        } catch (InterruptedException _) {
            stopped |= Thread.currentThread() == sampler;
        }
    }
}
