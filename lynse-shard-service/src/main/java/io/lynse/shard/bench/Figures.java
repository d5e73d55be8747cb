package io.lynse.shard.bench;

import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What was measured so far. What was not is absent from the table and null in the JSON object, which always has every key. */
final class Figures {

    private final Map<Figure, Double> values = new EnumMap<>(Figure.class);

    void put(Figure figure, double value) {
        values.put(figure, value);
    }

    double get(Figure figure) {
        Double value = values.get(figure);
        if (value == null) throw new IllegalStateException(figure + " is not measured yet");
        return value;
    }

    /** One JSON object on one line. */
    String toJson() {
        var json = new LinkedHashMap<String, @Nullable Object>();
        json.put("benchmark", "engine");
        json.put("jdk", System.getProperty("java.version"));
        json.put("heap_max_mb", Runtime.getRuntime().maxMemory() >> 20);
        for (Figure figure : Figure.values()) json.put(figure.key(), rounded(figure));
        return JsonMapper.shared().writeValueAsString(json);
    }

    void print(PrintStream out) {
        for (Figure.Section section : Figure.Section.values()) {
            out.println();
            out.println(section.title());
            boolean any = false;
            for (Figure figure : Figure.values()) {
                Double value = values.get(figure);
                if (figure.section() != section || value == null) continue;
                out.printf(Locale.ROOT, "%,14." + figure.decimals() + "f  %s%n", value, figure.meaning());
                any = true;
            }
            if (!any) out.println("               not built yet");
        }
        out.println();
    }

    private @Nullable Number rounded(Figure figure) {
        Double value = values.get(figure);
        if (value == null) return null;
        BigDecimal rounded = BigDecimal.valueOf(value).setScale(figure.decimals(), RoundingMode.HALF_UP);
        return figure.decimals() == 0 ? (Number) rounded.longValueExact() : rounded;
    }
}
