package io.lynse.cli.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a node's log. */
final class LogTail {

    private static final int BYTES_MAX = 16 * 1024;

    private LogTail() {}

    /** The last lines, at most {@code lines}; one that says why if the file cannot be read. */
    static List<String> of(Path file, int lines) {
        try (var channel = FileChannel.open(file)) {
            var end = ByteBuffer.allocate((int) Math.min(BYTES_MAX, channel.size()));
            channel.position(channel.size() - end.capacity());
            while (end.hasRemaining() && channel.read(end) >= 0) {}
            return last(new String(end.array(), 0, end.position(), StandardCharsets.UTF_8), lines);
        } catch (IOException unreadable) {
            return List.of("(no log: " + unreadable.getMessage() + ")");
        }
    }

    static List<String> last(String text, int lines) {
        List<String> all = text.lines().toList();
        return all.subList(Math.max(0, all.size() - lines), all.size());
    }
}
