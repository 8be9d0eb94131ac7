using System.IO.Compression;
using Microsoft.Playwright;

namespace SalesOs.Dashboard.Tests.Browser;

/// <summary>What a window loads from now on, and how large it would be as a published program sends it.</summary>
internal sealed class FirstLoad
{
    private readonly IBrowserContext window;
    private readonly List<IRequest> requests = [];

    private FirstLoad(IBrowserContext window) => this.window = window;

    public static FirstLoad Watch(IBrowserContext window)
    {
        var load = new FirstLoad(window);
        window.RequestFinished += (_, request) =>
        {
            lock (load.requests)
            {
                load.requests.Add(request);
            }
        };
        return load;
    }

    /// <summary>Waits until the window's page is quiet.</summary>
    /// <returns>Each file with its bytes, and all of them as a text for people.</returns>
    public async Task<(IReadOnlyList<LoadedFile> Files, string List)> DoneAsync()
    {
        await window.Pages[0].WaitForLoadStateAsync(LoadState.NetworkIdle);
        var loaded = new List<LoadedFile>();
        foreach (var request in requests.ToList())
        {
            var (sizes, answer) = (await request.SizesAsync(), (await request.ResponseAsync())!);
            var headers = await answer.AllHeadersAsync();
            // A build has gzip alone; a published program serves its files in Brotli.
            var body = headers.GetValueOrDefault("content-encoding") == "gzip" ? BrotliSize(await answer.BodyAsync()) : sizes.ResponseBodySize;
            loaded.Add(new LoadedFile(new Uri(request.Url), body + sizes.ResponseHeadersSize, headers));
        }

        return (loaded, string.Join('\n', loaded.Select(l => $"{l.Bytes,7} {l.Path} {l.Headers.GetValueOrDefault("content-encoding")} {l.Headers.GetValueOrDefault("cache-control")}")));
    }

    private static int BrotliSize(byte[] body)
    {
        using var compressed = new MemoryStream();
        using (var brotli = new BrotliStream(compressed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            brotli.Write(body);
        }

        return (int)compressed.Length;
    }
}

/// <param name="Bytes">Of body and headers.</param>
internal sealed record LoadedFile(Uri Address, int Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Path => Address.PathAndQuery;
}
