package io.lynse.tests.ledger;

import io.lynse.model.RowId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * One version of one row. Vector and fields follow from id and number alone, so that a stored row can be checked to the
 * last bit without keeping what was sent.
 *
 * @param number from 1, raised at each write of the row
 */
public record Version(RowId id, int number, boolean deleted) {

    public static final int DIMENSION = 8;

    public static Version first(RowId id) {
        return new Version(id, 1, false);
    }

    public Version next() {
        return new Version(id, number + 1, false);
    }

    public Version tombstone() {
        return new Version(id, number, true);
    }

    /** A tombstone comes after the version that it deletes. */
    boolean isBefore(Version other) {
        return number < other.number || number == other.number && !deleted && other.deleted;
    }

    public float[] vector() {
        var random = random();
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) vector[i] = (float) random.nextGaussian();
        return vector;
    }

    public Map<String, ?> fields() {
        var random = random();
        var fields = new LinkedHashMap<String, @Nullable Object>();
        fields.put("version", number);
        fields.put("name", "row " + id + " as of " + number);
        fields.put("nothing", null);
        fields.put("weight", random.nextDouble());
        fields.put("tags", java.util.List.of(random.nextInt(10), "t" + random.nextInt(10)));
        return fields;
    }

    private Random random() {
        return new Random(31L * id.hashCode() + number);
    }
}
