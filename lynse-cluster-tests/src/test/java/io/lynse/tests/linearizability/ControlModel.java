package io.lynse.tests.linearizability;

import io.lynse.metadata.Command;
import io.lynse.metadata.LeaseEpoch;
import io.lynse.metadata.LeaseImage;
import io.lynse.model.CollectionName;

/** How lease and names change, told anew: the checker must not believe the code that it checks. */
record ControlModel(Control initial) implements Model<Control, Call, Answer> {

    @Override
    public Step<Control, Answer> apply(Control state, Call call) {
        return switch (call) {
            case Call.Read _ -> new Step<>(state, new Answer.Saw(state));
            case Call.Propose(Command.Led(LeaseEpoch under, Command led)) -> under.equals(state.lease().epoch()) ? change(state, led) : refused(state);
            case Call.Propose(Command.AcquireLease(var holder, LeaseEpoch seen, long renewals)) ->
                state.lease().epoch().equals(seen) && state.lease().renewals() == renewals ? to(state, new LeaseImage(seen.next(), holder, 0)) : refused(state);
            case Call.Propose(Command.RenewLease(var holder, LeaseEpoch epoch)) ->
                holds(state, holder, epoch) ? to(state, new LeaseImage(epoch, holder, state.lease().renewals() + 1)) : refused(state);
            case Call.Propose(Command.ReleaseLease(var holder, LeaseEpoch epoch)) ->
                holds(state, holder, epoch) ? to(state, new LeaseImage(epoch, null, state.lease().renewals() + 1)) : refused(state);
            case Call.Propose(Command bare) -> state.lease().epoch().equals(LeaseEpoch.NONE) ? change(state, bare) : refused(state);
        };
    }

    private static boolean holds(Control state, LeaseImage.Holder holder, LeaseEpoch epoch) {
        return holder.equals(state.lease().holder()) && epoch.equals(state.lease().epoch());
    }

    private static Step<Control, Answer> change(Control state, Command command) {
        return switch (command) {
            case Command.CreateDatabase(String name) ->
                state.databases().contains(name) ? new Step<>(state, Answer.UNCHANGED) : new Step<>(state.withDatabase(name), new Answer.Changed(name));
            case Command.DropDatabase(String name) ->
                state.databases().contains(name) ? new Step<>(state.withoutDatabase(name), new Answer.Changed(name)) : new Step<>(state, Answer.UNCHANGED);
            case Command.DeclareCollection(CollectionName name, _, _) ->
                state.databases().contains(name.database()) && !state.collections().containsKey(name.toString())
                        ? new Step<>(state.withCollection(name.toString()), new Answer.Changed(state.nextCollection()))
                        : refused(state);
            case Command.DropCollection(CollectionName name) -> {
                if (!state.databases().contains(name.database())) yield refused(state);
                Long id = state.collections().get(name.toString());
                yield id == null ? new Step<>(state, Answer.UNCHANGED) : new Step<>(state.withoutCollection(name.toString()), new Answer.Changed(id));
            }
            default -> throw new IllegalArgumentException("no client asks for it: " + command);
        };
    }

    private static Step<Control, Answer> to(Control state, LeaseImage lease) {
        return new Step<>(state.with(lease), new Answer.Changed(lease));
    }

    private static Step<Control, Answer> refused(Control state) {
        return new Step<>(state, Answer.REFUSED);
    }
}
