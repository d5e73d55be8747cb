package io.lynse.engine.crash;

import io.lynse.engine.Engine;
import io.lynse.engine.EngineSettings;
import io.lynse.engine.TestEngine;
import io.lynse.engine.disk.WatchedFiles;
import io.lynse.engine.log.LogSettings;
import io.lynse.engine.search.CopySettings;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The child: opens the directory that its predecessor left, compares it with what was acknowledged, and goes on with the load until
 * it is killed. What it says on standard output, a line at a time and before it goes on, is the ledger:
 * <pre>
 * {@literal @}opened LSN    the log ends here
 * {@literal @}same          all that can be read is as it should be
 * {@literal @}begun LSN     about to be submitted
 * {@literal @}acked LSN     answered
 * {@literal @}at PHASE      about to die by its own hand
 * {@literal @}missed        enough operations done, and the point was not reached
 * </pre>
 */
final class DoomedEngine {

    private static final int OPERATIONS_MAX = 400;

    private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    private final Set<Long> large = ConcurrentHashMap.newKeySet(); // large entries under way
    private final Set<Long> purges = ConcurrentHashMap.newKeySet(); // compactions under way
    private final Set<String> folders = ConcurrentHashMap.newKeySet(); // of collections that exist
    private volatile boolean recovering = true;

    private DoomedEngine() {}

    /** Arguments: data directory, seed, incarnation, {@link History} so far, phase to die in (or {@code -}), and at which of its changes. */
    public static void main(String[] args) {
        ChildJvm.endsWithin(Duration.ofMinutes(2), () -> new DoomedEngine().live(
                Path.of(args[0]), new Load(Long.parseLong(args[1])), Integer.parseInt(args[2]), History.parse(args[3]),
                args[4].equals("-") ? null : Phase.valueOf(args[4]), Integer.parseInt(args[5])));
    }

    static EngineSettings settings(Path directory) {
        return EngineSettings.of(directory)
                .withFoldRows(40)
                .withCheckpointInterval(Duration.ofHours(1))
                .withCopies(new CopySettings(1, 0, Duration.ZERO));
    }

    /** Segments of 2 MiB: large entries spill over, and the log is trimmed often. */
    static LogSettings log() {
        return LogSettings.DEFAULT.withSegmentBytes(2 << 20);
    }

    private void live(Path directory, Load load, int incarnation, History history, @Nullable Phase phase, int nth) {
        var kill = new KillPoint(directory, phase, nth, this::situation, () -> say("at " + phase));
        Engine engine = TestEngine.open(settings(WatchedFiles.path(directory, kill)), log());
        say("opened " + engine.lastLsn());
        History lived = history.upTo(engine.lastLsn().value());
        NaiveEngine model = lived.model(load);
        Comparison.same(engine, model);
        say("same");
        recovering = false;
        model.collections.keySet().forEach(id -> folders.add(id.toString()));
        new Driver(engine, load, incarnation, model, new Driver.Listener() {
            @Override
            public void begun(long lsn, Op op) {
                if (op instanceof Op.Write write && write.isLarge()) large.add(lsn);
                if (op instanceof Op.Purge) purges.add(lsn);
                if (op instanceof Op.Create create) folders.add(create.id().toString());
                if (op instanceof Op.Drop drop) folders.remove(drop.id().toString());
                say("begun " + lsn);
            }

            @Override
            public void acknowledged(long lsn, Op op) {
                say("acked " + lsn);
                large.remove(lsn);
                purges.remove(lsn);
                kill.reached(Phase.APPLY);
            }
        }).run(OPERATIONS_MAX);
        say("missed");
        Sigkill.now();
    }

    private Phase.Situation situation(Path relative) {
        boolean exists = relative.getNameCount() < 2 || folders.contains(relative.getName(1).toString());
        return new Phase.Situation(recovering, !large.isEmpty(), !purges.isEmpty(), exists);
    }

    /** One write, so that a line arrives whole or not at all. */
    private void say(String what) {
        try {
            out.write(("@" + what + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException parentGone) {
            throw new UncheckedIOException(parentGone);
        }
    }
}
