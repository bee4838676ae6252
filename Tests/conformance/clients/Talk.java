import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One socket of Java's own, on standard input and output; pipe.py says how. */
class Talk implements WebSocket.Listener {
    private final PrintStream output = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final StringBuilder message = new StringBuilder();
    private final CompletableFuture<Integer> end = new CompletableFuture<>();

    public static void main(String[] words) throws Exception {
        Talk talk = new Talk();
        HttpClient client = HttpClient.newBuilder().sslContext(trusting(words[1])).build();
        WebSocket.Builder builder = client.newWebSocketBuilder().subprotocols("chat.v1");
        WebSocket socket = builder.buildAsync(URI.create(words[0]), talk).get();
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            socket.sendText(line, true).get();
        }
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get();
        System.exit(talk.end.get(30, TimeUnit.SECONDS) == WebSocket.NORMAL_CLOSURE ? 0 : 1);
    }

    private static SSLContext trusting(String file) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var stream = Files.newInputStream(Path.of(file))) {
            store.setCertificateEntry("server", CertificateFactory.getInstance("X.509").generateCertificate(stream));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Override
    public void onOpen(WebSocket socket) {
        output.println(socket.getSubprotocol());
        socket.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence piece, boolean isLast) {
        message.append(piece);
        if (isLast) {
            output.println(message);
            message.setLength(0);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        end.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        error.printStackTrace();
        end.complete(0);
    }
}
