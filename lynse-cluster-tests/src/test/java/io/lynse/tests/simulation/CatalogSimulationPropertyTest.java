package io.lynse.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.lynse.metadata.ClusterImage;
import io.lynse.metadata.CollectionImage;
import io.lynse.metadata.Command;
import io.lynse.metadata.Decision;
import io.lynse.metadata.MetadataRecord;
import io.lynse.model.CollectionId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Collections that are dropped and come back while groups are away, and ids that nobody chose: no row reappears, none is lost, no id is given twice.
 * {@code -Dlynse.seeds=N} runs N seeds from {@code -Dlynse.seed=S} on.
 */
class CatalogSimulationPropertyTest {

    private static final long FIRST = Long.getLong("lynse.seed", 1);
    private static final int SEEDS = Integer.getInteger("lynse.seeds", 1_000);
    private static final int FINDS_WITHIN = 200;

    @Test
    void noRuleIsBroken() {
        List<CatalogWorld> runs = LongStream.range(FIRST, FIRST + SEEDS).parallel().mapToObj(CatalogSimulationPropertyTest::passed).toList();
        System.out.printf("catalogs: per seed %.0f operations, %.0f ids, %.0f faults, %.0f messages%n",
                runs.stream().mapToLong(run -> run.world.counts.operations).average().orElse(0),
                runs.stream().mapToLong(run -> run.ghost.ids).average().orElse(0),
                runs.stream().mapToLong(run -> run.world.counts.faults).average().orElse(0),
                runs.stream().mapToLong(run -> run.world.counts.messages).average().orElse(0));
        if (SEEDS >= 100) assertThat(runs.stream().mapToLong(run -> run.ghost.ids).average().orElse(0)).isGreaterThan(20);
    }

    static final List<Arguments> PLANTED = List.of(
            arguments("ids whose grant got lost are taken for those that come next", (Supplier<CatalogWorld.Bug>) ExpectsItsBlock::new, "an id is given once"),
            arguments("a name that comes back gets its old id", (Supplier<CatalogWorld.Bug>) ReuseCollectionId::new, "no row of a dropped collection reappears"),
            arguments("a group is compared with what the coordinator happens to know", (Supplier<CatalogWorld.Bug>) LocalImage::new, "the metadata knows what it gave away"),
            arguments("a group that was reconciled is taken for reconciled until its next epoch", (Supplier<CatalogWorld.Bug>) OnceAnEpoch::new, "a group holds what is declared"));

    @ParameterizedTest(name = "{0}: {2}")
    @FieldSource("PLANTED")
    void aPlantedMistakeIsFound(String mistake, Supplier<CatalogWorld.Bug> bug, String rule) {
        assertThatThrownBy(() -> LongStream.rangeClosed(1, FINDS_WITHIN).forEach(seed -> CatalogWorld.run(seed, bug.get())))
                .isInstanceOf(Violation.class)
                .hasMessageStartingWith(rule + ": ");
    }

    private static CatalogWorld passed(long seed) {
        try {
            return CatalogWorld.run(seed, new CatalogWorld.Bug());
        } catch (RuntimeException violation) {
            throw new AssertionError("seed " + seed, violation);
        }
    }

    private static final class ExpectsItsBlock extends CatalogWorld.Bug {
        @Override
        boolean expectsItsBlock() {
            return true;
        }
    }

    private static final class ReuseCollectionId extends CatalogWorld.Bug {
        @Override
        Decision decide(ClusterImage image, Command command) {
            Decision decision = super.decide(image, command);
            if (!(decision instanceof Decision.Accepted(var records))) return decision;
            var changed = new ArrayList<MetadataRecord>();
            for (MetadataRecord record : records) {
                changed.add(record instanceof MetadataRecord.CollectionDeclared(CollectionImage declared) ? new MetadataRecord.CollectionDeclared(sameId(declared, 1_000 * image.metaEpoch())) : record);
            }
            return new Decision.Accepted(changed);
        }

        /** The ids of rows go on, so that only the collection's own is used twice. */
        private static CollectionImage sameId(CollectionImage declared, long nextId) {
            return new CollectionImage(
                    new CollectionId(declared.name().collection().charAt(0)), declared.name(), declared.dimension(), declared.elementType(), declared.description(),
                    declared.indexMode(), declared.indexParameters(), declared.table(), nextId);
        }
    }

    private static final class LocalImage extends CatalogWorld.Bug {
        @Override
        boolean confirms() {
            return false;
        }
    }

    private static final class OnceAnEpoch extends CatalogWorld.Bug {
        @Override
        boolean reconcilesAgain() {
            return false;
        }
    }
}
