package io.lynse.http.bench;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures what requests cost the server process in CPU time: closed loop over kept-alive connections, the kinds of request taken in
 * turns, so that all see the same disturbance. The figure is the server's user and system time over a round, divided by the requests
 * it answered. Runs in a process of its own.
 */
public final class HttpCostLoad {

    private static final int DIMENSION = 384;
    private static final int BODIES = 500;
    private static final int ROWS = 100; // of a write
    private static final String NAMES = "database_name=bench_db&collection_name=debian";

    private HttpCostLoad() {}

    private record Round(double micros, double perSecond) {}

    /** @param args port, process id of the server, connections, warm-up requests per kind, rounds, seconds per round */
    public static void main(String[] args) throws Exception {
        int port = Integer.parseInt(args[0]);
        ProcessHandle server = ProcessHandle.of(Long.parseLong(args[1])).orElseThrow();
        int connections = Integer.parseInt(args[2]);
        int warmUp = Integer.parseInt(args[3]);
        int rounds = Integer.parseInt(args[4]);
        double seconds = Double.parseDouble(args[5]);
        Map<String, List<byte[]>> kinds = kinds();
        for (int done = 0; done < warmUp; done += 5_000) {
            for (List<byte[]> requests : kinds.values()) run(server, port, connections, requests, requests.size() < BODIES ? 1 : 60, Math.min(5_000, warmUp));
        }
        Map<String, List<Round>> results = new LinkedHashMap<>();
        for (int round = 0; round < rounds; round++) {
            kinds.forEach((kind, requests) -> results.computeIfAbsent(kind, _ -> new ArrayList<>()).add(run(server, port, connections, requests, seconds, Integer.MAX_VALUE)));
        }
        System.out.printf("%d connections, %d rounds of %s s%n", connections, rounds, seconds);
        results.forEach((kind, all) -> {
            double[] micros = all.stream().mapToDouble(Round::micros).sorted().toArray();
            double[] rates = all.stream().mapToDouble(Round::perSecond).sorted().toArray();
            System.out.printf(Locale.ROOT, "%-28s CPU us per request: median %.1f (lowest %.1f, lower quartile %.1f, highest %.1f), requests/s %.0f%n", kind,
                    micros[micros.length / 2], micros[0], micros[micros.length / 4], micros[micros.length - 1], rates[rates.length / 2]);
        });
    }

    private static Map<String, List<byte[]>> kinds() throws IOException {
        Map<String, List<byte[]>> kinds = new LinkedHashMap<>();
        var random = new Random(5);
        for (int i = 0; i < BODIES; i++) {
            float[] vector = unitVector(random);
            ByteBuffer raw = ByteBuffer.allocate(DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            raw.asFloatBuffer().put(vector);
            add(kinds, "search JSON, 6 decimals", "/search", "application/json", json(vector, false));
            add(kinds, "search JSON, 17 digits", "/search", "application/json", json(vector, true));
            add(kinds, "search binary", "/search_binary?" + NAMES + "&dim=384&k=10&return_fields=false&nprobe=10&approx=false&eps=0.0001&vector_encoding=float32",
                    "application/octet-stream", raw.array());
        }
        for (int i = 0; i < BODIES / ROWS; i++) {
            var json = new StringBuilder("{\"database_name\":\"bench_db\",\"collection_name\":\"debian\",\"ids\":[");
            ByteBuffer raw = ByteBuffer.allocate(ROWS * DIMENSION * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int row = 0; row < ROWS; row++) json.append(row == 0 ? "" : ",").append(i * ROWS + row);
            json.append("],\"vectors\":[");
            for (int row = 0; row < ROWS; row++) {
                float[] vector = unitVector(random);
                for (float element : vector) raw.putFloat(element);
                json.append(row == 0 ? "[" : ",[").append(numbers(vector, true)).append(']');
            }
            add(kinds, "add JSON, " + ROWS + " rows", "/add", "application/json", json.append("]}").toString().getBytes(StandardCharsets.US_ASCII));
            add(kinds, "add binary, " + ROWS + " rows", "/add_records_binary?" + NAMES + "&dim=384&n_vectors=" + ROWS + "&vector_encoding=float32&ids_encoding=range&ids_start="
                    + i * ROWS, "application/octet-stream", raw.array());
        }
        return kinds;
    }

    private static void add(Map<String, List<byte[]>> kinds, String kind, String path, String type, byte[] body) throws IOException {
        var request = new ByteArrayOutputStream();
        request.write(("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: ureq/2.12.1\r\nAccept: */*\r\naccept-encoding: gzip\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        request.write(body);
        kinds.computeIfAbsent(kind, _ -> new ArrayList<>()).add(request.toByteArray());
    }

    private static float[] unitVector(Random random) {
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += vector[i] * vector[i];
        }
        for (int i = 0; i < DIMENSION; i++) vector[i] /= (float) Math.sqrt(squares);
        return vector;
    }

    /** @param exact every digit of the double, as Python prints a widened float32 */
    private static String numbers(float[] vector, boolean exact) {
        var out = new StringBuilder();
        for (int i = 0; i < vector.length; i++) out.append(i == 0 ? "" : ",").append(exact ? Double.toString(vector[i]) : String.format(Locale.ROOT, "%.6f", vector[i]));
        return out.toString();
    }

    private static byte[] json(float[] vector, boolean exact) {
        return ("{\"database_name\":\"bench_db\",\"collection_name\":\"debian\",\"vector\":[" + numbers(vector, exact) + "],\"k\":10}").getBytes(StandardCharsets.US_ASCII);
    }

    private static Round run(ProcessHandle server, int port, int connections, List<byte[]> requests, double seconds, int atMost) {
        Duration before = cpu(server);
        long start = System.nanoTime();
        long until = start + (long) (seconds * 1e9);
        long answered = 0;
        try (var threads = Executors.newFixedThreadPool(connections)) {
            List<Callable<Long>> clients = new ArrayList<>();
            for (int c = 0; c < connections; c++) {
                int offset = c * requests.size() / connections;
                clients.add(() -> client(port, requests, offset, until, atMost / connections));
            }
            for (Future<Long> client : threads.invokeAll(clients)) answered += client.get();
        } catch (Exception failed) {
            throw new IllegalStateException("the load broke off", failed);
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        return new Round(cpu(server).minus(before).toNanos() / 1e3 / answered, answered / elapsed);
    }

    private static Duration cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow();
    }

    private static long client(int port, List<byte[]> requests, int offset, long until, int atMost) throws IOException {
        long answered = 0;
        try (var socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 16 * 1024);
            byte[] head = new byte[4 * 1024];
            for (int i = offset; answered < atMost && System.nanoTime() < until; i++) {
                out.write(requests.get(i % requests.size()));
                skipAnswer(in, head);
                answered++;
            }
        }
        return answered;
    }

    private static void skipAnswer(InputStream in, byte[] head) throws IOException {
        int length = 0;
        while (length < 4 || head[length - 1] != '\n' || head[length - 2] != '\r' || head[length - 3] != '\n') {
            int next = in.read();
            if (next < 0) throw new IOException("the server hung up");
            head[length++] = (byte) next;
        }
        String text = new String(head, 0, length, StandardCharsets.US_ASCII);
        if (!text.startsWith("HTTP/1.1 200")) throw new IOException(text);
        int at = text.toLowerCase(Locale.ROOT).indexOf("content-length: ") + "content-length: ".length();
        in.skipNBytes(Long.parseLong(text, at, text.indexOf('\r', at), 10));
    }
}
