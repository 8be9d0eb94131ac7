using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using SalesOs.Dashboard.Tests.Api;

namespace SalesOs.Dashboard.Tests;

/// <summary>A request as it stands on the wire, where <see cref="HttpClient"/> would tidy it up.</summary>
public sealed record RawRequest(string Method, string Target)
{
    /// <summary>Whole lines, such as <c>Authorization: Basic x</c>.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>Sends the body in chunks of this many bytes; 0 sends it under a Content-Length.</summary>
    public int ChunkSize { get; init; }

    /// <summary>The address to call from, any of 127.0.0.0/8 on this machine; null leaves it to the system.</summary>
    public IPAddress? From { get; init; }

    public RawRequest With(params IEnumerable<string> headers) => this with { Headers = [.. Headers, .. headers] };

    /// <summary>Sends it over a connection of its own and reads one answer.</summary>
    public async Task<RawAnswer> SendAsync(Uri address)
    {
        using var client = From is null ? new TcpClient() : new TcpClient(new IPEndPoint(From, 0));
        var answer = await ExchangeAsync(client, address, ToBytes(address.Authority), hasBody: Method != "HEAD");
        await ApiContract.ShouldAllowAsync(Method, Target, answer.Status, answer.Body, name => answer[name] is not null);
        return answer;
    }

    /// <summary>Sends these very characters and reads one answer.</summary>
    public static async Task<RawAnswer> SendAsync(Uri address, string wire)
    {
        using var client = new TcpClient();
        var answer = await ExchangeAsync(client, address, Encoding.UTF8.GetBytes(wire), hasBody: true);
        var line = wire.Split('\n')[0].Split(' ');
        await ApiContract.ShouldAllowAsync(line[0], line.ElementAtOrDefault(1) ?? "", answer.Status, answer.Body, name => answer[name] is not null);
        return answer;
    }

    private static async Task<RawAnswer> ExchangeAsync(TcpClient client, Uri address, byte[] wire, bool hasBody)
    {
        client.NoDelay = true;
        await client.ConnectAsync(address.DnsSafeHost, address.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(wire);
        return await RawAnswer.ReadAsync(stream, hasBody);
    }

    /// <summary>As it goes over the wire to that host.</summary>
    internal byte[] ToBytes(string host)
    {
        var framing = ChunkSize > 0 ? "Transfer-Encoding: chunked\r\n" : Body.Length > 0 ? string.Create(CultureInfo.InvariantCulture, $"Content-Length: {Body.Length}\r\n") : "";
        using var bytes = new MemoryStream();
        bytes.Write(Encoding.UTF8.GetBytes($"{Method} {Target} HTTP/1.1\r\nHost: {host}\r\n{string.Concat(Headers.Select(h => h + "\r\n"))}{framing}\r\n"));
        foreach (var chunk in ChunkSize > 0 ? Body.Chunk(ChunkSize) : [])
        {
            bytes.Write(Encoding.ASCII.GetBytes($"{chunk.Length:x}\r\n"));
            bytes.Write(chunk);
            bytes.Write("\r\n"u8);
        }

        bytes.Write(ChunkSize > 0 ? "0\r\n\r\n"u8 : Body);
        return bytes.ToArray();
    }
}

/// <param name="Headers">As they came, in their order.</param>
public sealed record RawAnswer(int Status, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public JsonElement Json => JsonElement.Parse(Body);

    /// <summary>Null when the answer has no body.</summary>
    public string? Code => Body.Length == 0 ? null : Json.GetProperty("error").GetProperty("code").GetString();

    public string? this[string header] => Headers.Where(h => h.Name.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value).SingleOrDefault();

    /// <summary>The whole answer without what differs from one request to the next: its id, and the times.</summary>
    public string WithoutIdAndTimes()
    {
        var headers = Headers.Where(h => h.Name is not ("X-Request-Id" or "Date")).Select(h => $"{h.Name}: {h.Value}");
        var meta = Json.GetProperty("meta");
        return $"{Status}\n{string.Join('\n', headers)}\n\n{Body}"
            .Replace(meta.GetProperty("request_id").GetString()!, "ID", StringComparison.Ordinal)
            .Replace(meta.GetProperty("timestamp").GetString()!, "TIME", StringComparison.Ordinal);
    }

    internal static async Task<RawAnswer> ReadAsync(Stream stream, bool hasBody)
    {
        using var reader = new BinaryReader(new BufferedStream(stream), Encoding.UTF8, leaveOpen: true);
        return await Task.Run(() => Read(reader, hasBody));
    }

    private static RawAnswer Read(BinaryReader reader, bool hasBody)
    {
        var status = int.Parse(Line(reader).Split(' ')[1], CultureInfo.InvariantCulture);
        var headers = new List<(string Name, string Value)>();
        while (Line(reader) is { Length: > 0 } line)
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            headers.Add((line[..colon], line[(colon + 1)..].Trim()));
        }

        var answer = new RawAnswer(status, headers, "");
        return hasBody ? answer with { Body = Encoding.UTF8.GetString(answer["Transfer-Encoding"] == "chunked" ? Chunks(reader) : Plain(reader, answer)) } : answer;
    }

    private static byte[] Plain(BinaryReader reader, RawAnswer head) => reader.ReadBytes(int.Parse(head["Content-Length"] ?? "0", CultureInfo.InvariantCulture));

    private static byte[] Chunks(BinaryReader reader)
    {
        var all = new List<byte>();
        while (int.Parse(Line(reader), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var length)
        {
            all.AddRange(reader.ReadBytes(length));
            Line(reader);
        }

        return [.. all];
    }

    private static string Line(BinaryReader reader)
    {
        var line = new StringBuilder();
        while (reader.ReadByte() is var next && next != '\n')
        {
            line.Append((char)next);
        }

        return line.ToString().TrimEnd('\r');
    }
}
