package io.lynse.tests.linearizability;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.CollectionId;
import io.lynse.model.CollectionName;
import io.lynse.model.CollectionSpec;
import io.lynse.model.ElementType;
import io.lynse.tests.linearizability.Answer.Changed;
import io.lynse.tests.linearizability.Answer.Saw;
import java.util.List;
import java.util.Random;

/**
 * One client's choice of calls, by a seed and by what it learned so far. What it knows is often old by the time it acts on it, as it is for a
 * coordinator that was paused: then it must be refused.
 */
final class Caller {

    /** So many that a sum of some blocks is that of no others: an id tells which came before. */
    private static final int BLOCK_MAX = 1 << 20;

    private static final int NAMES = 2;
    private static final int DIMENSIONS = 3;

    private final Random random;
    private final LeaseImage.Holder self;
    private Whole known;

    Caller(int client, Random random, Whole known) {
        this.random = random;
        this.self = new LeaseImage.Holder("client-" + client, "1");
        this.known = known;
    }

    Call next() {
        int chance = random.nextInt(100);
        if (chance < 30) return new Call.Read();
        if (chance < 55) return Call.propose(allocation());
        if (chance < 60) return Call.propose(new Command.FixDimension(counter(), 1 + random.nextInt(DIMENSIONS)));
        if (chance < 72) return Call.propose(lease());
        return Call.propose(new Command.Led(known.control().lease().epoch(), naming()));
    }

    void learn(Answer answer) {
        switch (answer) {
            case Saw(Whole state) -> known = state;
            case Changed(LeaseImage lease) -> known = known.with(known.control().with(lease));
            default -> {}
        }
    }

    private CollectionId counter() {
        List<Long> ids = known.counters().keySet().stream().sorted().toList();
        return new CollectionId(ids.get(random.nextInt(ids.size())));
    }

    private Command allocation() {
        CollectionId id = counter();
        long above = random.nextInt(4) == 0 ? known.counter(id.value()).nextId() + random.nextInt(BLOCK_MAX) : 0;
        return new Command.AllocateIds(id, 1 + random.nextInt(BLOCK_MAX), above);
    }

    private Command lease() {
        LeaseImage seen = known.control().lease();
        if (!self.equals(seen.holder()) || random.nextInt(4) == 0) return new Command.AcquireLease(self, seen.epoch(), seen.renewals());
        return random.nextInt(4) == 0 ? new Command.ReleaseLease(self, seen.epoch()) : new Command.RenewLease(self, seen.epoch());
    }

    private Command naming() {
        String database = "db" + random.nextInt(NAMES);
        var collection = new CollectionName(database, "docs" + random.nextInt(NAMES));
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Command.CreateDatabase(database);
            case 2 -> new Command.DropDatabase(database);
            case 3, 4 -> new Command.DeclareCollection(collection, new CollectionSpec(4, ElementType.FLOAT32, null), null);
            default -> new Command.DropCollection(collection);
        };
    }
}
