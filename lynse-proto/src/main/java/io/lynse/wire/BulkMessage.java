package io.lynse.wire;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.lynse.model.ByteRuns;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message, some of whose fields of type {@code bytes} are large. They are written and read here, beside protobuf, which copies
 * to the heap whatever is not there: its {@code ByteString} stands on an array alone. On the wire there is no difference.
 */
public final class BulkMessage {

    /** A large field; an empty one is not written, as in proto3. */
    public record Part(int number, ByteRuns bytes) {
        public Part(int number, ByteBuffer bytes) {
            this(number, ByteRuns.of(bytes));
        }
    }

    /** What {@link #split} found: the message without the large fields, and each of them, as a view; empty if it was not there. */
    public record Split(byte[] head, List<ByteBuffer> parts) {}

    private static final int VARINT_BITS_MAX = 64;

    private final MessageLite head;
    private final List<Part> parts;

    /** @param head the message without the large fields */
    public BulkMessage(MessageLite head, List<Part> parts) {
        this.head = head;
        this.parts = List.copyOf(parts);
    }

    public BulkMessage(MessageLite whole) {
        this(whole, List.of());
    }

    /** Bytes on the wire. */
    public long size() {
        long size = head.getSerializedSize();
        for (Part part : parts) size += size(part);
        return size;
    }

    private static long size(Part part) {
        int bytes = part.bytes.size();
        return bytes == 0 ? 0 : CodedOutputStream.computeTagSize(part.number) + CodedOutputStream.computeUInt32SizeNoTag(bytes) + (long) bytes;
    }

    /** Writes {@link #size} bytes behind the buffer's position. */
    public void writeTo(ByteBuffer out) {
        try {
            write(out, head::writeTo);
            for (Part part : parts) {
                if (part.bytes.size() == 0) continue;
                write(out, coded -> begin(part, coded));
                part.bytes.writeTo(out);
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible); // nothing here does I/O
        }
    }

    /** Writes the same bytes to a stream. */
    public void writeTo(OutputStream out) throws IOException {
        head.writeTo(out);
        for (Part part : parts) {
            if (part.bytes.size() == 0) continue;
            CodedOutputStream coded = CodedOutputStream.newInstance(out);
            begin(part, coded);
            coded.flush();
            part.bytes.writeTo(out);
        }
    }

    private interface Coding {
        void write(CodedOutputStream out) throws IOException;
    }

    private static void write(ByteBuffer out, Coding coding) throws IOException {
        ByteBuffer rest = out.slice();
        CodedOutputStream coded = CodedOutputStream.newInstance(rest);
        coding.write(coded);
        coded.flush();
        out.position(out.position() + rest.position());
    }

    private static void begin(Part part, CodedOutputStream out) throws IOException {
        out.writeTag(part.number, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(part.bytes.size());
    }

    /**
     * Takes a message apart without copying its large fields.
     *
     * @param message from position to limit, which stay
     * @param numbers of the large fields; one that comes twice counts the second time, as everywhere in protobuf
     * @throws InvalidProtocolBufferException if the bytes are no message
     */
    public static Split split(ByteBuffer message, int... numbers) throws InvalidProtocolBufferException {
        ByteBuffer in = message.slice().order(ByteOrder.LITTLE_ENDIAN);
        var parts = new ArrayList<ByteBuffer>();
        for (int i = 0; i < numbers.length; i++) parts.add(ByteBuffer.allocate(0));
        var small = new ArrayList<ByteBuffer>();
        int from = 0;
        while (in.hasRemaining()) {
            int start = in.position();
            long tag = varint(in);
            int part = tag >>> 32 == 0 && WireFormat.getTagWireType((int) tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED
                    ? place((int) tag, numbers)
                    : -1;
            int length = length(tag, in);
            if (part >= 0) {
                parts.set(part, in.slice(in.position(), length));
                small.add(in.slice(from, start - from));
                from = in.position() + length;
            }
            in.position(in.position() + length);
        }
        small.add(in.slice(from, in.position() - from));
        byte[] head = new byte[small.stream().mapToInt(ByteBuffer::remaining).sum()];
        int at = 0;
        for (ByteBuffer piece : small) {
            int bytes = piece.remaining();
            piece.get(head, at, bytes);
            at += bytes;
        }
        return new Split(head, parts);
    }

    private static int place(int tag, int[] numbers) {
        for (int i = 0; i < numbers.length; i++) {
            if (WireFormat.getTagFieldNumber(tag) == numbers[i]) return i;
        }
        return -1;
    }

    /** Bytes of the field behind its tag; the input then stands before them. */
    private static int length(long tag, ByteBuffer in) throws InvalidProtocolBufferException {
        if (tag >>> 32 != 0 || WireFormat.getTagFieldNumber((int) tag) == 0) throw new InvalidProtocolBufferException("an impossible tag");
        long length = switch (WireFormat.getTagWireType((int) tag)) {
            case WireFormat.WIRETYPE_VARINT -> {
                varint(in);
                yield 0;
            }
            case WireFormat.WIRETYPE_FIXED64 -> Long.BYTES;
            case WireFormat.WIRETYPE_FIXED32 -> Integer.BYTES;
            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> varint(in);
            default -> throw new InvalidProtocolBufferException("an impossible wire type");
        };
        if (length < 0 || length > in.remaining()) throw new InvalidProtocolBufferException("the message ends early");
        return (int) length;
    }

    private static long varint(ByteBuffer in) throws InvalidProtocolBufferException {
        long value = 0;
        for (int shift = 0; shift < VARINT_BITS_MAX; shift += 7) {
            if (!in.hasRemaining()) throw new InvalidProtocolBufferException("the message ends early");
            byte next = in.get();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) return value;
        }
        throw new InvalidProtocolBufferException("a varint without end");
    }
}
