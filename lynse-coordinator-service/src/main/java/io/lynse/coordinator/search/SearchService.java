package io.lynse.coordinator.search;

import io.lynse.coordinator.routing.GroupCalls;
import io.lynse.coordinator.shardclient.GroupHits;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.memory.RequestMemory;
import io.lynse.metadata.CollectionImage;
import io.lynse.model.Deadline;
import io.lynse.model.ElementType;
import io.lynse.model.Hits;
import io.lynse.model.Query;
import io.lynse.model.Reading;
import io.lynse.model.Vectors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks every shard group of a collection and merges what they answer. A group of which nobody answers fails the search: nothing is silently partial. */
public final class SearchService {

    /** Longest time one member has for one search. */
    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(5);

    private final GroupCalls groups;

    public SearchService(GroupCalls groups) {
        this.groups = groups;
    }

    /**
     * @param results      one list of hits per query, in the order of the queries
     * @param holdsTextIds whether any group ever stored a text id of the collection
     */
    public record Found(List<Hits> results, boolean holdsTextIds) {}

    /** @param memory counts what the answer takes */
    public Found search(CollectionImage collection, Query query, RequestMemory memory, Reading reading, Deadline deadline) {
        for (float component : query.vector()) refuseNonFinite(!Float.isFinite(component), "vector");
        requireFit(collection, query.vector().length);
        List<GroupHits> answers = ofAllGroups(collection, memory, reading, deadline, (node, fence, attempt) ->
                node.search(fence, collection.id(), query, memory, attempt));
        return merged(answers, 1, collection, query.options().k());
    }

    /**
     * @param queries float32, one per row
     * @param memory  counts what the answer takes
     */
    public Found batchSearch(CollectionImage collection, Vectors queries, Query.Options options, RequestMemory memory, Reading reading, Deadline deadline) {
        if (queries.count() == 0) return new Found(List.of(), false);
        refuseNonFinite(queries.firstNonFiniteRow() >= 0, "vectors");
        if (queries.encoding() != ElementType.FLOAT32) throw new IllegalArgumentException("queries are float32");
        requireFit(collection, queries.dimension());
        List<GroupHits> answers = ofAllGroups(collection, memory, reading, deadline, (node, fence, attempt) ->
                node.batchSearch(fence, collection.id(), queries, options, memory, attempt));
        return merged(answers, queries.count(), collection, options.k());
    }

    private List<GroupHits> ofAllGroups(CollectionImage collection, RequestMemory memory, Reading reading, Deadline deadline, GroupCalls.ReadAttempt<GroupHits> attempt) {
        // A request that gave up leaves the searches that are under way, which still send its queries and take answers.
        return groups.all(collection.table().groups(), group -> memory.held(() -> groups.read(group, ATTEMPT_MAX, reading, deadline, attempt)));
    }

    private static Found merged(List<GroupHits> answers, int queries, CollectionImage collection, int k) {
        var results = new ArrayList<Hits>(queries);
        for (int query = 0; query < queries; query++) {
            int row = query;
            results.add(TopK.merge(answers.stream().map(answer -> answer.results().get(row)).toList(), collection.info().metric(), k));
        }
        return new Found(results, answers.stream().anyMatch(GroupHits::holdsTextIds));
    }

    /**
     * A collection of no dimension has no rows as far as is known here; another coordinator may have put some there since, so the groups are
     * asked all the same.
     * @throws LynseException InvalidArgument if the query does not fit
     */
    private static void requireFit(CollectionImage collection, int dimension) {
        if (collection.dimension() == 0 || collection.dimension() == dimension) return;
        throw new LynseException(LynseError.invalid("vector", "Dimension mismatch: expected " + collection.dimension() + ", got " + dimension));
    }

    private static void refuseNonFinite(boolean nonFinite, String field) {
        if (nonFinite) throw new LynseException(LynseError.invalid(field, field + " has a component that is not finite"));
    }
}
