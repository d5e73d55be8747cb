package io.lynse.engine.crash;

import io.lynse.engine.disk.Change;
import io.lynse.engine.disk.DiskWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Kills this process at the n-th change of a phase: before it, after it, or with half of its bytes written. */
final class KillPoint implements DiskWatcher {

    private final Path root;
    private final @Nullable Phase wanted;
    private final AtomicInteger left;
    private final Function<Path, Phase.Situation> situation;
    private final Runnable lastWords;
    private final ThreadLocal<Boolean> dieAfter = ThreadLocal.withInitial(() -> false);

    /**
     * @param root      the real data directory
     * @param wanted    null: never
     * @param nth       from 1
     * @param situation of the engine, given the changed file as seen from the root
     * @param lastWords run right before the kill
     */
    KillPoint(Path root, @Nullable Phase wanted, int nth, Function<Path, Phase.Situation> situation, Runnable lastWords) {
        this.root = root;
        this.wanted = wanted;
        this.left = new AtomicInteger(nth);
        this.situation = situation;
        this.lastWords = lastWords;
    }

    /** A point that no change of the disk tells. */
    void reached(Phase phase) {
        if (phase == wanted && left.decrementAndGet() == 0) die();
    }

    @Override
    public boolean before(Change change) throws IOException {
        Path relative = root.relativize(change.path());
        if (wanted == null || Phase.of(change, relative, situation.apply(relative)) != wanted) return true;
        int now = left.decrementAndGet();
        if (now > 0) return true;
        // Which of the three it is follows from what comes to hand: sizes and positions differ from run to run.
        if (change instanceof Change.Write(Path path, long position, ByteBuffer from) && from.remaining() % 3 == 0) writeHalf(path, position, from);
        if (change.hashCode() % 2 == 0) die();
        dieAfter.set(true);
        return true;
    }

    @Override
    public void after(Change change) {
        if (dieAfter.get()) die();
    }

    private void writeHalf(Path path, long position, ByteBuffer from) throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.write(from.duplicate().limit(from.position() + from.remaining() / 2), position);
        }
        die();
    }

    private void die() {
        lastWords.run();
        Sigkill.now();
    }
}
