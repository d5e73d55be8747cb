package io.lynse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lynse.engine.copy.IncomingFiles.Arrival;
import io.lynse.engine.copy.IncomingFiles.Missing;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Carries a checkpoint from one engine to another in one process, piece by piece. */
public final class FileCopies {

    private FileCopies() {}

    /** Fetches what is missing. @return the bytes that were carried */
    public static long fetch(GivenCheckpoint from, IncomingCopy to, int pieceBytes) {
        long carried = 0;
        ByteBuffer piece = ByteBuffer.allocate(pieceBytes);
        for (Missing missing : to.missing()) {
            for (long at = missing.from(), end = at + missing.bytes(); at < end; at += piece.limit()) {
                from.read(missing.file(), at, piece.clear());
                assertThat(to.append(missing.file(), at, piece.flip())).isNotEqualTo(Arrival.DAMAGED);
                carried += piece.limit();
            }
        }
        return carried;
    }

    /** Replaces the copy of an engine by that of another. */
    public static CopyContents replace(Engine giver, Engine taker) {
        try (GivenCheckpoint given = giver.give(taker.nodeId()); IncomingCopy copy = taker.incoming()) {
            copy.begin(given.list());
            fetch(given, copy, 100_000);
            CopyContents contents = Objects.requireNonNull(copy.verify(() -> false));
            taker.install(copy);
            return contents;
        }
    }
}
