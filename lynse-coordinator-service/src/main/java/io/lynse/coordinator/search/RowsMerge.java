package io.lynse.coordinator.search;

import io.lynse.memory.RequestMemory;
import io.lynse.model.ElementType;
import io.lynse.model.Ids;
import io.lynse.model.OrderStamp;
import io.lynse.model.RowId;
import io.lynse.model.Rows;
import io.lynse.model.Vectors;
import io.lynse.model.field.FieldBlock;
import io.lynse.model.field.Fields;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts rows of several shard groups into one order, and their vectors and fields into the memory of the request. */
final class RowsMerge {

    private RowsMerge() {}

    /** One row of one group's answer. */
    private record Place(Rows rows, int row) {
        RowId id() {
            return rows.ids().get(row);
        }

        OrderStamp stamp() {
            return rows.stamps()[row];
        }
    }

    private static final Comparator<Place> BY_STAMP = Comparator.comparing(Place::stamp).thenComparing(Place::id, RowId.ORDER);

    /** All rows in the order of first insert. */
    static Rows byStamp(List<Rows> groups, RequestMemory memory) {
        return rows(ordered(groups), memory);
    }

    /** The first {@code n} of them. */
    static Rows head(List<Rows> groups, int n, RequestMemory memory) {
        List<Place> places = ordered(groups);
        return rows(places.subList(0, Math.min(n, places.size())), memory);
    }

    /** The last {@code n} of them, still in that order. */
    static Rows tail(List<Rows> groups, int n, RequestMemory memory) {
        List<Place> places = ordered(groups);
        return rows(places.subList(Math.max(0, places.size() - n), places.size()), memory);
    }

    /** The rows as asked for, or the first id that none of the groups has. */
    sealed interface Asked {
        record All(Rows rows) implements Asked {}

        record Missing(RowId id) implements Asked {}
    }

    static Asked asked(List<Rows> groups, Ids ids, RequestMemory memory) {
        Map<RowId, Place> found = new HashMap<>();
        for (Rows rows : groups) {
            for (int row = 0; row < rows.size(); row++) found.put(rows.ids().get(row), new Place(rows, row));
        }
        var places = new ArrayList<Place>(ids.size());
        for (int i = 0; i < ids.size(); i++) {
            Place place = found.get(ids.get(i));
            if (place == null) return new Asked.Missing(ids.get(i));
            places.add(place);
        }
        return new Asked.All(rows(places, memory));
    }

    private static List<Place> ordered(List<Rows> groups) {
        var places = new ArrayList<Place>();
        for (Rows rows : groups) {
            for (int row = 0; row < rows.size(); row++) places.add(new Place(rows, row));
        }
        places.sort(BY_STAMP);
        return places;
    }

    private static Rows rows(List<Place> places, RequestMemory memory) {
        return new Rows(
                Ids.of(places.stream().map(Place::id).toList()),
                vectors(places, memory),
                fields(places, memory),
                places.stream().map(Place::stamp).toArray(OrderStamp[]::new));
    }

    private static Vectors vectors(List<Place> places, RequestMemory memory) {
        Optional<Vectors> first = places.stream().map(place -> place.rows().vectors()).filter(vectors -> vectors.count() > 0).findFirst();
        if (first.isEmpty()) return new Vectors(0, 0, ElementType.FLOAT32, ByteBuffer.allocate(0));
        ByteBuffer data = memory.allocate((long) places.size() * first.get().rowBytes());
        for (Place place : places) data.put(place.rows().vectors().rowData(place.row()));
        return new Vectors(places.size(), first.get().dimension(), ElementType.FLOAT32, data.flip());
    }

    private static FieldBlock fields(List<Place> places, RequestMemory memory) {
        if (places.stream().allMatch(place -> place.rows().fields().isNone())) return FieldBlock.NONE;
        var fields = new FieldBlock.Builder(places.size(), memory);
        for (Place place : places) {
            Fields own = place.rows().fields().get(place.row());
            if (own == null) fields.addAbsent();
            else fields.add(own);
        }
        return fields.build();
    }
}
