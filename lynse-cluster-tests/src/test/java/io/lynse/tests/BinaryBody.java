package io.lynse.tests;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Builds binary request bodies (wire contract 5.1, 5.4, 5.6) as a client does, with no code of the server's. */
public final class BinaryBody {

    private static final int SCALAR_BYTES = 9;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    public BinaryBody vector(float... vector) {
        ByteBuffer bytes = littleEndian(Float.BYTES * vector.length);
        for (float component : vector) bytes.putFloat(component);
        return raw(bytes);
    }

    public BinaryBody id(long id) {
        return raw(littleEndian(Long.BYTES).putLong(id));
    }

    /** The LDBF1 payload; null: no fields for that row. */
    public BinaryBody fields(List<? extends @Nullable Map<String, ?>> rows) {
        out.writeBytes("LDBF1".getBytes(StandardCharsets.US_ASCII));
        count(rows.size());
        for (Map<String, ?> row : rows) {
            out.write(row == null ? 0 : 1);
            if (row != null) object(row);
        }
        return this;
    }

    public byte[] bytes() {
        return out.toByteArray();
    }

    private void object(Map<String, ?> pairs) {
        count(pairs.size());
        pairs.forEach((key, value) -> {
            text(key);
            value(value);
        });
    }

    private void value(@Nullable Object value) {
        switch (value) {
            case null -> out.write(0);
            case Boolean bool -> out.write(bool ? 2 : 1);
            case Integer number -> whole(number);
            case Long number -> whole(number);
            case Double number -> raw(littleEndian(SCALAR_BYTES).put((byte) 5).putDouble(number));
            case String text -> {
                out.write(6);
                text(text);
            }
            case List<?> elements -> {
                out.write(7);
                count(elements.size());
                elements.forEach(this::value);
            }
            case Map<?, ?> pairs -> {
                out.write(8);
                count(pairs.size());
                pairs.forEach((key, inner) -> {
                    text(String.valueOf(key));
                    value(inner);
                });
            }
            default -> throw new IllegalArgumentException("no field value: " + value);
        }
    }

    private void whole(long number) {
        raw(littleEndian(SCALAR_BYTES).put((byte) (number < 0 ? 3 : 4)).putLong(number));
    }

    private void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        count(utf8.length);
        out.writeBytes(utf8);
    }

    private void count(int count) {
        raw(littleEndian(Integer.BYTES).putInt(count));
    }

    private BinaryBody raw(ByteBuffer bytes) {
        out.writeBytes(bytes.array());
        return this;
    }

    private static ByteBuffer littleEndian(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
