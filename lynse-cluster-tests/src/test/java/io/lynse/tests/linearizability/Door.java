package io.lynse.tests.linearizability;

import io.lynse.coordinator.metadata.OwnersAuthority;
import io.lynse.coordinator.shardclient.OwnerClient;
import io.lynse.error.LynseError;
import io.lynse.error.LynseException;
import io.lynse.metadata.ClusterImage;
import io.lynse.model.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** By which clients reach the metadata. Safe for use by several. */
interface Door {

    /** @throws LynseException as the product's own clients are told */
    Answer ask(Call call);

    /** A coordinator's: it asks one owner after the other until one has answered. */
    static Door coordinator(OwnersAuthority authority) {
        return call -> switch (call) {
            case Call.Read _ -> saw(authority.confirmed(Deadline.after(PATIENCE)));
            case Call.Propose(var command) -> Whole.answer(authority.propose(command, Deadline.after(PATIENCE)).records());
        };
    }

    Duration PATIENCE = Duration.ofSeconds(3);

    private static Answer saw(ClusterImage image) {
        return new Answer.Saw(Whole.of(image));
    }

    /**
     * Any owner, once; at times the same proposal at another one after that, whatever came of the first. So nobody is spared for having been slow
     * before, as a coordinator would spare it.
     */
    static Door anyOwner(List<OwnerClient> owners, byte[] proposer, Random random) {
        return new Door() {
            private long proposals;

            @Override
            public Answer ask(Call call) {
                return switch (call) {
                    case Call.Read _ -> saw(Objects.requireNonNull(any().read(soon()).image()));
                    case Call.Propose propose -> propose(propose, new OwnerClient.ProposalId(proposer, ++proposals));
                };
            }

            private Answer propose(Call.Propose propose, OwnerClient.ProposalId id) {
                try {
                    return Whole.answer(any().propose(id, propose.command(), soon()).records());
                } catch (LynseException failed) {
                    if (!(failed.error() instanceof LynseError.OutcomeUnknown) || random.nextBoolean()) throw failed;
                    return again(propose, id, failed);
                }
            }

            /** What is unknown stays so, unless it is decided now. */
            private Answer again(Call.Propose propose, OwnerClient.ProposalId id, LynseException first) {
                try {
                    return Whole.answer(any().propose(id, propose.command(), soon()).records());
                } catch (LynseException failed) {
                    throw failed.error() instanceof LynseError.Unavailable ? first : failed;
                }
            }

            private OwnerClient any() {
                return owners.get(random.nextInt(owners.size()));
            }
        };
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(1));
    }
}
