using System.Buffers;
using System.Text;

namespace SalesOs.Dashboard.Tests.Api;

/// <summary>Searches bytes for secrets in every form that a program might write them in by mistake.</summary>
internal sealed class CanaryHunt
{
    private readonly HashSet<string> forms = new(StringComparer.Ordinal);

    /// <summary>Seeks these bytes raw, as UTF-16, as hex, and as base64 and base64url wherever in a longer text they may begin.</summary>
    public void Seek(byte[] canary)
    {
        forms.Add(Encoding.Latin1.GetString(canary));
        forms.Add(string.Concat(canary.Select(b => $"{(char)b}\0")));
        forms.Add(Convert.ToHexStringLower(canary));
        forms.Add(Convert.ToHexString(canary));
        for (var before = 0; before < 3; before++)
        {
            // What stands around it decides the first and last characters, so these are left out.
            var encoded = Convert.ToBase64String([.. new byte[before], .. canary, .. new byte[2]]);
            var certain = encoded[(before == 0 ? 0 : 4)..(((before + canary.Length) / 3) * 4)];
            forms.Add(certain);
            forms.Add(certain.Replace('+', '-').Replace('/', '_'));
        }
    }

    /// <summary>The names of the places that hold one.</summary>
    public IReadOnlyList<string> In(IReadOnlyDictionary<string, byte[]> places)
    {
        var any = SearchValues.Create([.. forms], StringComparison.Ordinal);
        return [.. places.Where(place => Encoding.Latin1.GetString(place.Value).AsSpan().ContainsAny(any)).Select(place => place.Key)];
    }
}
