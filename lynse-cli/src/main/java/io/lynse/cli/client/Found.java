package io.lynse.cli.client;

import java.util.Map;

/**
 * One hit as a person sees it.
 *
 * @param score  in the metric's own sense
 * @param fields texts only
 */
public record Found(long id, double score, Map<String, String> fields) {

    public Found {
        fields = Map.copyOf(fields);
    }
}
