using System.Text.Json;
using System.Text.Json.Nodes;
using SalesOs.Dashboard.Answers;

namespace SalesOs.Dashboard.Tests.Usage.Revocations;

/// <summary>One thing that somebody does to a receipt, after which it says something else, or nothing.</summary>
internal sealed record ReceiptChange(string What, string Text)
{
    private static readonly Func<Random, string, ReceiptChange>[] Kinds =
        [Value, Value, Value, Nothing, Removed, Added, Renamed, Twice, Swapped, Repeated, Character, Character, Cut];

    /// <summary>A random one that really changes something.</summary>
    public static ReceiptChange Of(Random random, string receipt)
    {
        while (true)
        {
            var change = Kinds[random.Next(Kinds.Length)](random, receipt);
            if (!SaysTheSame(change.Text, receipt))
            {
                return change;
            }
        }
    }

    private static bool SaysTheSame(string one, string other)
    {
        try
        {
            return JsonNode.DeepEquals(JsonNode.Parse(one, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }), JsonNode.Parse(other));
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static ReceiptChange Value(Random random, string receipt) => In(receipt, root =>
    {
        var (parent, name, leaf) = Pick(random, Leaves(root));
        parent[name] = leaf?.GetValueKind() switch
        {
            JsonValueKind.Number => leaf.GetValue<long>() + random.Next(1, 9),
            JsonValueKind.True => false,
            JsonValueKind.False => true,
            JsonValueKind.String => Edited(random, leaf.GetValue<string>()),
            _ => "x",
        };
        return "the value of " + name;
    });

    private static ReceiptChange Nothing(Random random, string receipt) => In(receipt, root =>
    {
        var (parent, name, _) = Pick(random, Fields(root));
        parent[name] = null;
        return "null in place of " + name;
    });

    private static ReceiptChange Removed(Random random, string receipt) => In(receipt, root =>
    {
        var (parent, name, _) = Pick(random, Fields(root));
        parent.Remove(name);
        return "without " + name;
    });

    private static ReceiptChange Added(Random random, string receipt) => In(receipt, root =>
    {
        Pick(random, Objects(root))["extra"] = random.Next();
        return "a field more";
    });

    private static ReceiptChange Renamed(Random random, string receipt) => In(receipt, root =>
    {
        var (parent, name, value) = Pick(random, Fields(root));
        parent.Remove(name);
        parent[name + "s"] = value;
        return "another name for " + name;
    });

    /// <summary>A reader that takes the first of two sees another receipt than one that takes the last.</summary>
    private static ReceiptChange Twice(Random random, string receipt)
    {
        var names = new[] { "status", "count", "revoked_at", "refused", "sequence", "request_id", "signature", "canonical" };
        var name = names[random.Next(names.Length)];
        var at = receipt.IndexOf($"\"{name}\":", StringComparison.Ordinal);
        return new ReceiptChange("a name twice", receipt.Insert(at, $"\"{name}\":{random.Next()},"));
    }

    private static ReceiptChange Swapped(Random random, string receipt) => In(receipt, root =>
    {
        var leaves = Leaves(root).Where(l => l.Leaf?.GetValueKind() == JsonValueKind.String).ToList();
        var (one, other) = (Pick(random, leaves), Pick(random, leaves));
        (one.Parent[one.Name], other.Parent[other.Name]) = (other.Leaf!.GetValue<string>(), one.Leaf!.GetValue<string>());
        return "two values swapped";
    });

    private static ReceiptChange Repeated(Random random, string receipt) => In(receipt, root =>
    {
        var nodes = root["data"]!["nodes"]!.AsArray();
        if (random.Next(2) == 0)
        {
            nodes.Clear();
        }
        else
        {
            nodes.Add(nodes[0]!.DeepClone());
        }

        return "another number of nodes";
    });

    private static ReceiptChange Character(Random random, string receipt)
    {
        var at = random.Next(receipt.Length);
        return new ReceiptChange("one character", receipt[..at] + (char)random.Next('!', '~' + 1) + receipt[(at + random.Next(2))..]);
    }

    private static ReceiptChange Cut(Random random, string receipt)
    {
        // Its name is still there: what is cut off before it is no receipt any more.
        var least = receipt.IndexOf("salesos-revocation-receipt-v1", StringComparison.Ordinal) + 40;
        return new ReceiptChange("cut off", receipt[..random.Next(least, receipt.Length)]);
    }

    private static ReceiptChange In(string receipt, Func<JsonObject, string> change)
    {
        var root = JsonNode.Parse(receipt)!.AsObject();
        var what = change(root);
        return new ReceiptChange(what, root.ToJsonString(Envelope.Json));
    }

    private static string Edited(Random random, string text)
    {
        var at = random.Next(text.Length);
        return random.Next(3) switch
        {
            0 => text.Remove(at, 1),
            1 => text.Insert(at, "0"),
            _ => string.Concat(text.AsSpan(0, at), text[at] == 'a' ? "A" : "a", text.AsSpan(at + 1)),
        };
    }

    private static T Pick<T>(Random random, IEnumerable<T> from) => from.ToList() is var all ? all[random.Next(all.Count)] : default!;

    private static IEnumerable<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject o => o.SelectMany(p => Objects(p.Value)).Prepend(o),
        JsonArray a => a.SelectMany(Objects),
        _ => [],
    };

    /// <summary>Without its data it is no receipt any more.</summary>
    private static IEnumerable<(JsonObject Parent, string Name, JsonNode? Value)> Fields(JsonObject root) =>
        Objects(root).SelectMany(o => o.Where(p => p.Key != "data").Select(p => (o, p.Key, p.Value)));

    private static IEnumerable<(JsonObject Parent, string Name, JsonNode? Leaf)> Leaves(JsonObject root) =>
        Objects(root).SelectMany(o => o.Where(p => p.Value is null or JsonValue).Select(p => (o, p.Key, p.Value)));
}
