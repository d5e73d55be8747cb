package io.lynse.engine;

import io.lynse.engine.directory.AtomicFile;
import io.lynse.engine.directory.DataDirectory;
import io.lynse.model.CopyState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A copy that this node does not count on any more, kept in mind over restarts in the file {@code given-up}: the state's name in the first
 * line, the reason in the others. It goes when the copy is replaced.
 *
 * @param state  damaged or lost
 * @param reason for people
 */
public record GivenUp(CopyState state, String reason) {

    static final String FILE = "given-up";

    public GivenUp {
        if (state != CopyState.DAMAGED && state != CopyState.LOST) throw new IllegalArgumentException("a copy that is " + state.text() + " is not given up");
    }

    static @Nullable GivenUp read(DataDirectory directory) {
        byte[] content = AtomicFile.read(directory.resolve(FILE)).orElse(null);
        if (content == null) return null;
        String[] lines = new String(content, StandardCharsets.UTF_8).split("\n", 2);
        CopyState state = CopyState.named(lines[0]);
        String reason = lines.length < 2 ? "the file " + directory.resolve(FILE) + " is not readable" : lines[1].strip();
        return new GivenUp(state == CopyState.DAMAGED ? state : CopyState.LOST, reason); // not readable: the worse is supposed
    }

    void write(DataDirectory directory) {
        Path file = directory.resolve(FILE);
        AtomicFile.write(file, (state.text() + "\n" + reason + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
