package io.lynse.http.codec;

import io.lynse.memory.RequestMemory;
import java.io.DataInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * A request body as the {@link DataInput} of Jackson's parser, read through a window, so that a large body is never held as a whole.
 *
 * <p>Jackson's DataInput parser reads nothing ahead of a {@code [}. So an array of numbers is read by {@link FloatReader} straight
 * from the window, which stops in front of the {@code ]}, and Jackson goes on with what it takes for an empty array.
 *
 * <p>Behind the window's end lie {@link #SLACK} zero bytes: no digit, no blank, so that every loop over the bytes stops by itself.
 */
final class JsonInput implements DataInput {

    /** Longest number in characters; as many bytes are in the window before one is read, unless the body ends. */
    static final int NUMBER_LENGTH_MAX = 1024;

    static final int SLACK = 8;
    private static final int WINDOW_MIN = 2 * NUMBER_LENGTH_MAX;
    private static final int WINDOW_MAX = 64 * 1024;

    byte[] bytes;
    int position;
    int end;

    /** What a parser takes on the heap while it puts a text together, per byte of the body: two chars, and the text made of them. */
    private static final int TEXT_FACTOR = 4;

    /** Windows up to here are not counted: so many are not open. */
    private static final int UNCOUNTED = 8 * 1024;

    final RequestMemory memory;
    private final InputStream in;
    private boolean inText;
    private long textBytes; // counted for the text that is being read
    private boolean exhausted;
    private int refillFrom = -1;
    private long gone; // bytes that have left the window
    private long linesBefore; // line feeds that have left the window
    private long columnBefore; // bytes since the last of them that have left the window

    /**
     * @param length of the body in bytes; -1: unknown
     * @param memory counts what is taken on the heap
     */
    JsonInput(InputStream in, long length, RequestMemory memory) {
        this.in = in;
        this.memory = memory;
        // One byte of room more than the body has: the first read then meets its end.
        long window = length < 0 ? WINDOW_MAX : Math.clamp(length + 1, WINDOW_MIN, WINDOW_MAX);
        if (window > UNCOUNTED) memory.countHeap(window);
        this.bytes = new byte[(int) window + SLACK];
    }

    /** Makes the bytes of the next number, and of the blanks before it, available from {@link #position}. */
    void need() {
        while (position > refillFrom) fill();
    }

    /** What {@link #peek} gives at the end of the body. */
    static final int END = Integer.MIN_VALUE;

    /** The next byte that is no blank, not taken; {@link #END} at the end of the body. */
    int peek() {
        while (true) {
            int at = position;
            int next;
            while ((next = bytes[at]) == ' ' || next == '\n' || next == '\r' || next == '\t') at++;
            position = at;
            if (at < end || exhausted) return at < end ? next : END;
            fill();
        }
    }

    /** Whether the window ends here although the body goes on: what looked like the end of a number is none. */
    boolean cutAt(int at) {
        return at >= end && !exhausted;
    }

    /** From here to {@link #endText} the parser keeps what it reads. */
    void beginText() {
        inText = true;
    }

    void endText() {
        inText = false;
        memory.uncountHeap(textBytes);
        textBytes = 0;
    }

    /** Bytes of the body in front of {@link #position}. */
    long offset() {
        return gone + position;
    }

    /** Where the reader stands, in serde's words. */
    String location() {
        long line = linesBefore + 1;
        long column = columnBefore;
        for (int i = 0; i < position; i++) {
            column++;
            if (bytes[i] == '\n') {
                line++;
                column = 0;
            }
        }
        return " at line " + line + " column " + column;
    }

    private void fill() {
        countGone();
        gone += position;
        int kept = end - position;
        System.arraycopy(bytes, position, bytes, 0, kept);
        position = 0;
        int room = bytes.length - SLACK - kept;
        try {
            int got = in.readNBytes(bytes, kept, room);
            end = kept + got;
            exhausted = got < room;
            if (inText) {
                memory.countHeap((long) got * TEXT_FACTOR);
                textBytes += (long) got * TEXT_FACTOR;
            }
        } catch (IOException cut) {
            throw new UncheckedIOException(cut);
        }
        refillFrom = exhausted ? Integer.MAX_VALUE : end - NUMBER_LENGTH_MAX;
        for (int i = 0; i < SLACK; i++) bytes[end + i] = 0;
    }

    private void countGone() {
        for (int i = 0; i < position; i++) {
            columnBefore++;
            if (bytes[i] == '\n') {
                linesBefore++;
                columnBefore = 0;
            }
        }
    }

    @Override
    public int readUnsignedByte() throws EOFException {
        if (position == end) {
            if (!exhausted) fill();
            if (position == end) throw new EOFException("EOF while parsing a value");
        }
        return bytes[position++] & 0xFF;
    }

    @Override
    public byte readByte() throws EOFException {
        return (byte) readUnsignedByte();
    }

    @Override
    public void readFully(byte[] target) throws EOFException {
        readFully(target, 0, target.length);
    }

    @Override
    public void readFully(byte[] target, int offset, int length) throws EOFException {
        for (int i = 0; i < length; i++) target[offset + i] = readByte();
    }

    @Override
    public int skipBytes(int count) {
        throw notAsked();
    }

    @Override
    public boolean readBoolean() {
        throw notAsked();
    }

    @Override
    public short readShort() {
        throw notAsked();
    }

    @Override
    public int readUnsignedShort() {
        throw notAsked();
    }

    @Override
    public char readChar() {
        throw notAsked();
    }

    @Override
    public int readInt() {
        throw notAsked();
    }

    @Override
    public long readLong() {
        throw notAsked();
    }

    @Override
    public float readFloat() {
        throw notAsked();
    }

    @Override
    public double readDouble() {
        throw notAsked();
    }

    @Override
    public String readLine() {
        throw notAsked();
    }

    @Override
    public String readUTF() {
        throw notAsked();
    }

    private static UnsupportedOperationException notAsked() {
        return new UnsupportedOperationException("a JSON parser reads bytes");
    }

    TextRefusal refusal(String reason) {
        return TextRefusal.json(reason + location());
    }
}
