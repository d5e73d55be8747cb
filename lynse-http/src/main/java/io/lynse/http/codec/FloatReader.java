package io.lynse.http.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the numbers of a JSON array from a {@link JsonInput}, each rounded to the nearest float32 as {@link Float#parseFloat} does.
 *
 * <p>The idea: up to 18 digits fit a long without loss. That long times a power of ten is a double at most 2 units in the last
 * place off, and the cast to float is exact unless the double lies that close to the middle of two floats. Such numbers, and those
 * with more digits or an exponent, are left to parseFloat. Fraction digits are taken eight at a time from one long (D. Lemire,
 * "Number parsing at a gigabyte per second", 2021). Costs about a third of Jackson's reading.
 */
final class FloatReader {

    private static final VarHandle EIGHT_BYTES = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final double[] TENTHS = {1e0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-11,
            1e-12, 1e-13, 1e-14, 1e-15, 1e-16, 1e-17, 1e-18, 1e-19, 1e-20, 1e-21, 1e-22};
    private static final long[] TENS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000};
    private static final int DIGITS_MAX = 18;

    /** Bits of a double that a float has not; half of their range is the middle of two floats. */
    private static final long DROPPED = (1L << 29) - 1;
    private static final long MIDDLE = 1L << 28;
    private static final long DOUBT = 8; // units in the last place; the error is at most 2

    private final JsonInput in;
    private float[] elements;

    /** @param expected elements per array, a guess */
    FloatReader(JsonInput in, int expected) {
        this.in = in;
        this.elements = new float[Math.max(expected, 16)];
    }

    /**
     * Reads up to the array's end. The input stands behind {@code [} and afterwards in front of {@code ]}.
     * @return how many elements {@link #elements} now holds
     * @throws TextRefusal naming the element that is no finite float32
     */
    int read(String field) {
        int count = 0;
        in.need();
        if (in.peek() == ']') return 0;
        while (true) {
            in.need();
            float element = number(field, count);
            if (!Float.isFinite(element)) throw wrong(field, count, "number out of range of float32");
            if (count == elements.length) grow();
            elements[count++] = element;
            int next = in.peek();
            if (next == ']') return count;
            if (next != ',') throw wrong(field, count, "expected `,` or `]`");
            in.position++;
            in.peek();
        }
    }

    private void grow() {
        in.memory.countHeap((long) elements.length * Float.BYTES);
        elements = Arrays.copyOf(elements, elements.length * 2);
    }

    /** What the last {@link #read} found, from the start; overwritten by the next. */
    float[] elements() {
        return elements;
    }

    private float number(String field, int index) {
        byte[] bytes = in.bytes;
        int start = in.position;
        boolean negative = bytes[start] == '-';
        int first = negative ? start + 1 : start;
        int at = first;
        int digit = bytes[at] - '0';
        if (digit < 0 || digit > 9) throw notANumber(field, index, bytes[start]);
        long significand = digit;
        at++;
        if (digit != 0) { // no digit may follow a leading zero; the caller then meets one where a comma belongs
            while ((digit = bytes[at] - '0') >= 0 && digit <= 9) {
                significand = significand * 10 + digit;
                at++;
            }
        }
        int digits = at - first;
        int scale = 0;
        if (bytes[at] == '.') {
            int fraction = ++at;
            int found;
            do {
                // A digit has 3 in its high nibble and, six added, still has: the lowest byte that fails is no digit.
                long eight = (long) EIGHT_BYTES.get(bytes, at) ^ 0x3030_3030_3030_3030L;
                found = Long.numberOfTrailingZeros((eight | eight + 0x0606_0606_0606_0606L) & 0xF0F0_F0F0_F0F0_F0F0L) >>> 3;
                if (found == 0) break;
                significand = significand * TENS[found] + joined(eight << (64 - 8 * found));
                at += found;
            } while (found == 8);
            scale = at - fraction;
            digits += scale;
            if (scale == 0) throw wrong(field, index, "a digit must follow the point");
        }
        in.position = at;
        if ((bytes[at] | 0x20) == 'e') return exactly(field, index, start, afterExponent(field, index, at));
        if (in.cutAt(at)) throw wrong(field, index, "a number must not be longer than " + JsonInput.NUMBER_LENGTH_MAX + " characters");
        if (scale >= TENTHS.length || digits > DIGITS_MAX && digits - leadingZeros(first) > DIGITS_MAX) return exactly(field, index, start, at);

        double value = significand * TENTHS[scale];
        long dropped = Double.doubleToRawLongBits(value) & DROPPED;
        if (Math.abs(dropped - MIDDLE) < DOUBT) return exactly(field, index, start, at);
        return (float) (negative ? -value : value);
    }

    /** The value of eight digits, first digit in the lowest byte. */
    private static long joined(long digits) {
        long pairs = digits * 10 + (digits >>> 8);
        return (pairs & 0x0000_00FF_0000_00FFL) * 0x000F_4240_0000_0064L
                + (pairs >>> 16 & 0x0000_00FF_0000_00FFL) * 0x0000_2710_0000_0001L >>> 32;
    }

    private int leadingZeros(int from) {
        int zeros = 0;
        for (int at = from; in.bytes[at] == '0' || in.bytes[at] == '.'; at++) {
            if (in.bytes[at] == '0') zeros++;
        }
        return zeros;
    }

    private int afterExponent(String field, int index, int at) {
        byte[] bytes = in.bytes;
        at++;
        if (bytes[at] == '-' || bytes[at] == '+') at++;
        int first = at;
        while (bytes[at] >= '0' && bytes[at] <= '9') at++;
        in.position = at;
        if (at == first) throw wrong(field, index, "a digit must follow the exponent sign");
        return at;
    }

    private float exactly(String field, int index, int start, int end) {
        if (in.cutAt(end)) throw wrong(field, index, "a number must not be longer than " + JsonInput.NUMBER_LENGTH_MAX + " characters");
        return Float.parseFloat(new String(in.bytes, start, end - start, StandardCharsets.ISO_8859_1));
    }

    private TextRefusal notANumber(String field, int index, byte first) {
        String what = switch (first) {
            case 'n' -> "null";
            case '"' -> "string";
            case 't', 'f' -> "boolean";
            case '[' -> "sequence";
            case '{' -> "map";
            case 0 -> "end of the body";
            default -> null;
        };
        if (what == null) return wrong(field, index, "malformed number");
        return wrong(field, index, "invalid type: " + what + ", expected f32");
    }

    private TextRefusal wrong(String field, int index, String reason) {
        return in.refusal(field + "[" + index + "]: " + reason);
    }
}
