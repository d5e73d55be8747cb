package io.lynse.tests.faults;

import io.lynse.tests.processes.Node;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace with one address for each node, all on one switch with this machine. Packets are dropped or refused at a node's own
 * door, in one direction or both. Needs root. The switch is a namespace too, so that no firewall of the machine has a say.
 */
final class Switchboard implements AutoCloseable {

    private static final int PORT = 7638;
    private static final int OUTSIDE = 254;
    private static final String PREFIX = "lynse-faults-";

    private final String name;
    private final String device;
    private final String subnet;
    private final List<String> spaces = new ArrayList<>();

    private Switchboard() throws IOException {
        long pid = ProcessHandle.current().pid();
        name = PREFIX + pid + "-";
        device = "lyf" + pid;
        subnet = freeSubnet(pid);
    }

    private static String freeSubnet(long seed) throws IOException {
        for (long i = seed; i < seed + 256; i++) {
            String subnet = "10.213." + i % 256;
            if (Shell.run("ip route show " + subnet + ".0/24").isBlank()) return subnet;
        }
        throw new IOException("no free subnet below 10.213.0.0/16");
    }

    static Switchboard open(int places) throws IOException {
        closeAbandoned();
        var board = new Switchboard();
        try {
            board.connect(places);
            return board;
        } catch (IOException failed) {
            board.close();
            throw failed;
        }
    }

    private void connect(int places) throws IOException {
        String hub = space("switch");
        Shell.run("ip -n " + hub + " link add hub type bridge");
        Shell.run("ip -n " + hub + " link set hub up");
        Shell.run("ip link add " + device + " type veth peer name outside netns " + hub);
        plug(hub, "outside");
        Shell.run("ip addr add " + subnet + "." + OUTSIDE + "/24 dev " + device);
        Shell.run("ip link set " + device + " up");
        for (int place = 0; place < places; place++) {
            String space = space(Integer.toString(place));
            Shell.run("ip -n " + space + " link add eth0 type veth peer name p" + place + " netns " + hub);
            plug(hub, "p" + place);
            Shell.run("ip -n " + space + " addr add " + host(place) + "/24 dev eth0");
            Shell.run("ip -n " + space + " link set eth0 up");
            Shell.run("ip -n " + space + " link set lo up");
        }
        Shell.run(within(0, "iptables", "-L", "INPUT"));
    }

    private String space(String suffix) throws IOException {
        Shell.run("ip netns add " + name + suffix);
        spaces.add(name + suffix);
        return name + suffix;
    }

    private static void plug(String hub, String link) throws IOException {
        Shell.run("ip -n " + hub + " link set " + link + " master hub");
        Shell.run("ip -n " + hub + " link set " + link + " up");
    }

    private String host(int place) {
        return subnet + "." + (place + 1);
    }

    Node.Place place(int place) {
        return new Node.Place(host(place), PORT, enter(place));
    }

    private List<String> enter(int place) {
        return List.of("nsenter", "--net=/run/netns/" + name + place);
    }

    private List<String> within(int place, String... command) {
        var words = new ArrayList<>(enter(place));
        words.addAll(List.of(command));
        return words;
    }

    /** Adds to what is cut at that place already. */
    void cut(int place, Cut cut) throws IOException {
        for (int other : cut.others()) rules(place, host(other), cut);
        if (cut.clients()) rules(place, subnet + "." + OUTSIDE, cut);
    }

    private void rules(int place, String other, Cut cut) throws IOException {
        var target = new ArrayList<>(List.of("-p", "tcp", "-j", cut.refusing() ? "REJECT" : "DROP"));
        if (cut.refusing()) target.addAll(List.of("--reject-with", "tcp-reset"));
        if (cut.way() != Cut.Way.OUT) rule(place, List.of("-A", "INPUT", "-s", other), target);
        if (cut.way() != Cut.Way.IN) rule(place, List.of("-A", "OUTPUT", "-d", other), target);
    }

    private void rule(int place, List<String> which, List<String> target) throws IOException {
        var command = within(place, "iptables", "-w");
        command.addAll(which);
        command.addAll(target);
        Shell.run(command);
    }

    /** Ends all cuts at that place. */
    void heal(int place) throws IOException {
        Shell.run(within(place, "iptables", "-w", "-F"));
    }

    /** What a run that was itself killed has left. */
    private static void closeAbandoned() throws IOException {
        for (String line : Shell.run("ip netns list").lines().toList()) {
            String space = line.split(" ")[0];
            if (!space.startsWith(PREFIX)) continue;
            long pid = Long.parseLong(space.substring(PREFIX.length()).split("-")[0]);
            if (ProcessHandle.of(pid).isEmpty()) Shell.run("ip netns del " + space);
        }
    }

    /** The links go with the namespaces at their other ends. */
    @Override
    public void close() throws IOException {
        for (String space : spaces) Shell.run("ip netns del " + space);
        spaces.clear();
    }
}
