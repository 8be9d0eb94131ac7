using System.Buffers;
using System.Text;
using System.Text.Json;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Searches bytes for secrets in every form that a program might write them in by mistake.</summary>
internal sealed class CanaryHunt
{
    private readonly HashSet<string> forms = new(StringComparer.Ordinal);

    /// <summary>
    /// Seeks these bytes raw, as UTF-8 of their characters, as UTF-16, as hex, and as base64 and base64url wherever in a longer text they may begin; text also as JSON
    /// and an address would escape it.
    /// </summary>
    public void Seek(byte[] canary)
    {
        forms.Add(Encoding.Latin1.GetString(canary));
        forms.Add(string.Concat(canary.Select(b => $"{(char)b}\0")));
        var text = Encoding.Latin1.GetString(canary);
        forms.Add(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text)));
        AddEscaped(text);
        forms.Add(Convert.ToHexStringLower(canary));
        forms.Add(Convert.ToHexString(canary));
        for (var before = 0; before < 3; before++)
        {
            // What stands around it decides the first and last characters, so these are left out.
            var encoded = Convert.ToBase64String([.. new byte[before], .. canary, .. new byte[2]]);
            var certain = encoded[(before == 0 ? 0 : 4)..(((before + canary.Length) / 3) * 4)];
            forms.Add(certain);
            forms.Add(certain.Replace('+', '-').Replace('/', '_'));
            AddEscaped(certain);
        }
    }

    private void AddEscaped(string text)
    {
        var json = JsonSerializer.Serialize(text)[1..^1];
        forms.Add(json);
        forms.Add(string.Concat(text.Select(c => c is >= ' ' and <= '~' and not '"' and not '\\' ? c.ToString() : $"\\u{(int)c:x4}")));
        forms.Add(Uri.EscapeDataString(text));
    }

    /// <summary>The names of the places that hold one.</summary>
    public IReadOnlyList<string> In(IReadOnlyDictionary<string, byte[]> places)
    {
        var any = SearchValues.Create([.. forms], StringComparison.Ordinal);
        return [.. places.Where(place => Encoding.Latin1.GetString(place.Value).AsSpan().ContainsAny(any)).Select(place => place.Key)];
    }
}
