package io.lynse.shard.recovery;

import io.lynse.engine.CopyContents;
import io.lynse.engine.IncomingCopy;
import io.lynse.engine.copy.DamagedCheckpointException;
import io.lynse.engine.copy.IncomingFiles.Arrival;
import io.lynse.engine.copy.IncomingFiles.Missing;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the checkpoint of another member and verifies it, until that is done or it is cancelled. Whatever fails is tried again, from where it
 * was, more and more slowly while nothing comes; what came in damaged comes again; a checkpoint that the giver gave up is replaced by its
 * next one. Whoever wants another giver cancels this and begins anew, and nothing is lost by that.
 */
public final class FileFetch {

    /** Bytes of one call: so many are asked for with one deadline. */
    public static final long BYTES_AT_ONCE = 64L << 20;

    private static final Logger log = LoggerFactory.getLogger(FileFetch.class);
    private static final Duration PAUSE_LEAST = Duration.ofMillis(500);
    private static final Duration PAUSE_MOST = Duration.ofSeconds(15);

    private final IncomingCopy copy;
    private final Giver giver;
    private volatile boolean cancelled;
    private volatile boolean verifying;
    private volatile String trouble = "";
    private Giver.@Nullable Held begun; // what lies aside is known to belong to it
    private volatile @Nullable String held;

    /** Ends a call. */
    private static final class Cancelled extends RuntimeException {}

    FileFetch(IncomingCopy copy, Giver giver) {
        this.copy = copy;
        this.giver = giver;
    }

    /** What lies aside then is verified. @return null: it was cancelled */
    @Nullable CopyContents run() throws InterruptedException {
        boolean anew = false;
        Duration pause = PAUSE_LEAST;
        long before = 0;
        while (!cancelled) {
            try {
                CopyContents contents = attempt(anew);
                anew = false;
                if (contents != null) return contents;
                continue; // cancelled
            } catch (DamagedCheckpointException damaged) {
                anew = true;
                begun = null;
                trouble = String.valueOf(damaged.getMessage());
            } catch (LynseException refused) {
                // Another checkpoint has most of the same files.
                if (refused.error() instanceof LynseError.NotFound) held = null;
                trouble = String.valueOf(refused.getMessage());
            } catch (Cancelled stopped) {
                continue;
            } catch (DamagedPiece damaged) {
                trouble = String.valueOf(damaged.getMessage());
            } catch (RuntimeException failed) { // of this node's disk, or of a giver that says what cannot be
                begun = null;
                trouble = String.valueOf(failed.getMessage());
            }
            if (cancelled) break; // to end a call is no failure of it
            verifying = false;
            boolean came = copy.bytesDone() > before;
            before = copy.bytesDone();
            pause = came ? PAUSE_LEAST : shorter(pause.multipliedBy(2), PAUSE_MOST);
            log.atWarn().addKeyValue("bytes_done", before).addKeyValue("bytes_total", copy.bytesTotal()).log("files of another member did not come: {}", trouble);
            pause(pause);
        }
        return null;
    }

    private @Nullable CopyContents attempt(boolean anew) {
        Giver.Held now = giver.hold(anew);
        held = now.id();
        if (begun == null || !begun.id().equals(now.id())) copy.begin(now.list()); // reads all that lies aside
        begun = now;
        for (List<Missing> missing = copy.missing(); !missing.isEmpty(); missing = copy.missing()) {
            if (cancelled) return null;
            giver.fetch(now.id(), atOnce(missing), (file, offset, piece) -> {
                if (cancelled) throw new Cancelled();
                if (copy.append(file, offset, piece) == Arrival.DAMAGED) throw new DamagedPiece(now.list().files().get(file).path());
                trouble = "";
            });
        }
        verifying = true;
        return copy.verify(() -> cancelled);
    }

    /** Is fetched again, after a pause: if it is the giver's disk, it will go on being so. */
    private static final class DamagedPiece extends RuntimeException {
        DamagedPiece(String path) {
            super(path + " came in damaged");
        }
    }

    /** The first of them, cut to what one call may ask for. */
    static List<Missing> atOnce(List<Missing> missing) {
        var some = new ArrayList<Missing>();
        long left = BYTES_AT_ONCE;
        for (Missing each : missing) {
            if (left == 0) break;
            some.add(new Missing(each.file(), each.from(), Math.min(left, each.bytes())));
            left -= some.getLast().bytes();
        }
        return some;
    }

    /** Tells the giver that this node is still at it. */
    void keep() {
        String id = held;
        if (id == null) return;
        try {
            giver.keep(id);
        } catch (LynseException told) {
            // The next call that matters is told, too.
        }
    }

    /** Tells the giver that this node wants nothing more of it. */
    void release() {
        String id = held;
        if (id == null) return;
        try {
            giver.release(id);
        } catch (LynseException told) {
            log.atInfo().log("the giver was not told that its checkpoint is needed no more, and forgets it in time: {}", told.getMessage());
        }
    }

    /** Ends it soon. What came stays aside. */
    synchronized void cancel() {
        cancelled = true;
        notifyAll();
    }

    CatchUpProgress progress() {
        return new CatchUpProgress(verifying ? CatchUpProgress.Phase.VERIFYING : CatchUpProgress.Phase.FETCHING, copy.bytesDone(), copy.bytesTotal(), trouble);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private synchronized void pause(Duration time) throws InterruptedException {
        long until = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); !cancelled && left > 0; left = until - System.nanoTime()) wait(left / 1_000_000, (int) (left % 1_000_000));
    }
}
