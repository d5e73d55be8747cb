package io.lynse.shard.membership;

import com.google.protobuf.InvalidProtocolBufferException;
import io.lynse.engine.directory.AtomicFile;
import io.lynse.model.Epoch;
import io.lynse.shard.membership.Standing.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The file {@code membership} in the data directory. Little-endian:
 * <pre>
 * 8  magic  "LYNSEMB1"
 * 4  CRC-32C of everything behind it
 * 8  highest epoch seen
 * 8  highest epoch led
 * 4  length of the address, 0: never joined a cluster; then the address, UTF-8
 * .  GroupView (shard.proto) to the end of the file
 * </pre>
 * Replaced as a whole, so a crash leaves the old or the new one.
 */
final class StandingFile {

    private static final byte[] MAGIC = "LYNSEMB1".getBytes(StandardCharsets.US_ASCII);
    private static final int HEAD = MAGIC.length + Integer.BYTES;
    private static final int FIXED = 2 * Long.BYTES + Integer.BYTES;

    private final Path file;

    StandingFile(Path directory) {
        this.file = directory.resolve("membership");
    }

    /**
     * What was kept last; empty on a directory that never kept anything.
     * @throws IOException naming the file, if it is damaged: the fence it holds cannot be guessed
     */
    Optional<Standing> read() throws IOException {
        Optional<byte[]> content = AtomicFile.read(file);
        return content.isEmpty() ? Optional.empty() : Optional.of(parse(content.get()));
    }

    private Standing parse(byte[] bytes) throws IOException {
        if (bytes.length < HEAD + FIXED || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) throw damaged("it is no membership file");
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(MAGIC.length);
        int crc = in.getInt();
        if (crc != crc(in.duplicate())) throw damaged("its checksum does not fit");
        try {
            return decode(in);
        } catch (IllegalArgumentException | InvalidProtocolBufferException unreadable) {
            throw damaged(String.valueOf(unreadable.getMessage()));
        }
    }

    /** @throws java.io.UncheckedIOException naming the file */
    void write(Standing standing) {
        AtomicFile.write(file, encode(standing));
    }

    private static Standing decode(ByteBuffer in) throws InvalidProtocolBufferException {
        var seen = new Epoch(in.getLong());
        var led = new Epoch(in.getLong());
        int length = in.getInt();
        if (length == 0) return new Standing(null, seen, led);
        if (length < 0 || length > in.remaining()) throw new IllegalArgumentException("its address has " + length + " bytes");
        var uri = new byte[length];
        in.get(uri);
        GroupView view = ViewWire.view(io.lynse.wire.v1.GroupView.parseFrom(in));
        return new Standing(new Place(view, new String(uri, StandardCharsets.UTF_8)), seen, led);
    }

    private static byte[] encode(Standing standing) {
        Place place = standing.place();
        byte[] uri = place == null ? new byte[0] : place.uri().getBytes(StandardCharsets.UTF_8);
        byte[] view = place == null ? new byte[0] : ViewWire.message(place.view()).toByteArray();
        ByteBuffer out = ByteBuffer.allocate(HEAD + FIXED + uri.length + view.length).order(ByteOrder.LITTLE_ENDIAN);
        out.position(HEAD);
        out.putLong(standing.seen().value()).putLong(standing.led().value()).putInt(uri.length).put(uri).put(view);
        out.put(0, MAGIC).putInt(MAGIC.length, crc(out.duplicate().position(HEAD)));
        return out.array();
    }

    private static int crc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private IOException damaged(String how) {
        return new IOException(file + " is damaged: " + how + "; without it this node cannot tell which epochs are over."
                + " Move the data directory away and let the node be refilled");
    }
}
