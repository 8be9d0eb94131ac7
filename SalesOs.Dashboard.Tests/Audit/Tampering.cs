using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace SalesOs.Dashboard.Tests.Audit;

/// <summary>
/// One random change to an exported log: its lines as somebody would have left them, and the same done to the table. The sequence of a row is
/// its line's place, unless the change is to the sequence itself.
/// </summary>
internal sealed class Tampering
{
    private readonly Random random;

    private Tampering(Random random, IReadOnlyList<string> lines)
    {
        this.random = random;
        Lines = [.. lines.Select(line => JsonNode.Parse(line)!.AsObject())];
        Sequences = [.. Enumerable.Range(1, lines.Count).Select(i => (long)i)];
    }

    public string What { get; private set; } = "";

    public List<JsonObject> Lines { get; }

    /// <summary>The sequence of each line's row.</summary>
    public List<long> Sequences { get; }

    /// <summary>Whether the export's own entry, the last in the table, goes as well.</summary>
    public bool CutsTheTail { get; private set; }

    public static Tampering Of(Random random, IReadOnlyList<string> lines, long lastCheckpoint)
    {
        var tampering = new Tampering(random, lines);
        tampering.What = random.Next(6) switch
        {
            0 => tampering.Edit(),
            1 => tampering.Delete(),
            2 => tampering.Insert(),
            3 => tampering.Swap(),
            4 => tampering.Cut(),
            _ => tampering.Rewrite(1 + random.Next((int)lastCheckpoint)),
        };
        return tampering;
    }

    private string Edit()
    {
        var at = random.Next(Lines.Count);
        var line = Lines[at];
        string[] fields = ["sequence", "id", "at", "action", "outcome", "actor_id", "key_id", "request_id", "previous_hash", "hash", "canonical", "salt", "personal", "resealed"];
        var field = fields[random.Next(fields.Length)];
        switch (field)
        {
            case "sequence":
                Sequences[at] = 1000 + random.Next(1000);
                line["sequence"] = Sequences[at];
                break;
            case "at":
                var time = DateTimeOffset.Parse((string)line["at"]!, CultureInfo.InvariantCulture).AddMilliseconds(1 + random.Next(100_000));
                line["at"] = time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
                break;
            case "resealed":
                // The entry is made to say something else, and its own hash fits.
                Say(line, $"another name {random.Next()}");
                line["hash"] = HashOf((string)line["previous_hash"]!, (string)line["canonical"]!);
                break;
            case "id" or "actor_id" or "key_id" or "previous_hash" or "hash" or "salt":
                line[field] = WithAnotherDigit((string)line[field]!);
                break;
            default:
                line[field] = WithAnotherCharacter((string)line[field]!);
                break;
        }

        return $"edit {field} of {at + 1}";
    }

    private string Delete()
    {
        var at = random.Next(Lines.Count);
        Lines.RemoveAt(at);
        Sequences.RemoveAt(at);
        return $"delete {at + 1}";
    }

    private string Insert()
    {
        var at = random.Next(Lines.Count);
        var line = Lines[random.Next(Lines.Count)].DeepClone().AsObject();
        if (random.Next(2) == 0)
        {
            // One that fits the chain where it is put.
            var previous = (string)Lines[at]["previous_hash"]!;
            Say(line, $"invented {random.Next()}", at + 1);
            line["previous_hash"] = previous;
            line["hash"] = HashOf(previous, (string)line["canonical"]!);
        }

        Lines.Insert(at, line);
        Sequences.Clear();
        Sequences.AddRange(Enumerable.Range(1, Lines.Count).Select(i => (long)i));
        return $"insert at {at + 1}";
    }

    private string Swap()
    {
        var (one, other) = (random.Next(Lines.Count), random.Next(Lines.Count - 1));
        other += other >= one ? 1 : 0;
        (Lines[one], Lines[other]) = (Lines[other], Lines[one]);
        return $"swap {one + 1} and {other + 1}";
    }

    private string Cut()
    {
        var left = random.Next(Lines.Count);
        Lines.RemoveRange(left, Lines.Count - left);
        Sequences.RemoveRange(left, Sequences.Count - left);
        CutsTheTail = true;
        return $"cut behind {left}";
    }

    /// <summary>From this entry on the chain says something else, and every hash fits.</summary>
    private string Rewrite(int from)
    {
        var previous = (string)Lines[from - 1]["previous_hash"]!;
        for (var at = from - 1; at < Lines.Count; at++)
        {
            if (at == from - 1)
            {
                Say(Lines[at], $"rewritten {random.Next()}");
            }

            Lines[at]["previous_hash"] = previous;
            Lines[at]["hash"] = previous = HashOf(previous, (string)Lines[at]["canonical"]!);
        }

        return $"rewrite from {from}";
    }

    private static void Say(JsonObject line, string name, long? sequence = null)
    {
        var canonical = JsonNode.Parse((string)line["canonical"]!)!.AsObject();
        canonical["detail"]!["name"] = name;
        canonical["sequence"] = sequence ?? (long)canonical["sequence"]!;
        line["canonical"] = canonical.ToJsonString();
        line["detail"] = canonical["detail"]!.DeepClone();
        line["sequence"] = (long)canonical["sequence"]!;
    }

    private static string HashOf(string previous, string canonical) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Convert.FromHexString(previous), .. Encoding.UTF8.GetBytes(canonical)]));

    private string WithAnotherDigit(string text)
    {
        int at;
        do
        {
            at = random.Next(text.Length);
        }
        while (!char.IsAsciiHexDigit(text[at]));
        return string.Concat(text.AsSpan(0, at), text[at] == '0' ? "1" : "0", text.AsSpan(at + 1));
    }

    private string WithAnotherCharacter(string text)
    {
        var at = random.Next(text.Length);
        return string.Concat(text.AsSpan(0, at), text[at] == 'x' ? "y" : "x", text.AsSpan(at + 1));
    }
}
