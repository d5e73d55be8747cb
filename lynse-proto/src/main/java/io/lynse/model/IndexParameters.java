package io.lynse.model;

import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was given for the build of an index; what was not has the default of the index.
 *
 * @param values each an Integer, or a Double where the parameter is no whole number; each within its bounds
 */
public record IndexParameters(Map<IndexParameter, Number> values) {

    public static final IndexParameters NONE = new IndexParameters(Map.of());

    public IndexParameters {
        var checked = new EnumMap<IndexParameter, Number>(IndexParameter.class);
        values.forEach((parameter, value) -> {
            if (!parameter.allows(value)) throw new IllegalArgumentException(parameter.demand() + ": " + value);
            checked.put(parameter, parameter.isWhole() ? (Number) value.intValue() : (Number) value.doubleValue());
        });
        values = Collections.unmodifiableMap(checked);
    }

    /**
     * Those of the mode's own family. Those of others are ignored, as the contract has it.
     *
     * @param given by name, as sent; null values count as not given
     * @throws LynseException InvalidArgument, naming a parameter that no index has, or one with a value that it cannot have
     */
    public static IndexParameters of(IndexMode mode, Map<String, ? extends @Nullable Object> given) {
        var values = new EnumMap<IndexParameter, Number>(IndexParameter.class);
        given.forEach((name, value) -> {
            IndexParameter parameter = IndexParameter.named(name).orElseThrow(() -> refused(name, "unknown index parameter '" + name + "'"));
            if (value == null || !parameter.isFor(mode.family())) return;
            if (!parameter.allows(value)) throw refused(name, parameter.demand() + ": " + value);
            values.put(parameter, (Number) value);
        });
        return new IndexParameters(values);
    }

    /** A whole number. */
    public int whole(IndexParameter parameter, int otherwise) {
        Number value = values.get(parameter);
        return value == null ? otherwise : value.intValue();
    }

    /** By name, in the order of {@link IndexParameter}. */
    public Map<String, Number> byName() {
        var out = new LinkedHashMap<String, Number>();
        values.forEach((parameter, value) -> out.put(parameter.text(), value));
        return out;
    }

    private static LynseException refused(String name, String reason) {
        return new LynseException(LynseError.invalid("params." + name, "Invalid argument: " + reason));
    }
}
