using System.Text;

namespace SalesOs.Dashboard.Notices;

/// <summary>What a receiver answered, made fit to be stored and shown: strangers write it.</summary>
internal static class AnswerText
{
    /// <summary>
    /// At most the first <see cref="SendResult.MaxAnswerBytes"/> as UTF-8, also once it is text; what is no UTF-8 and control characters other than line feeds and
    /// tabs are left out. Null: nothing remains.
    /// </summary>
    public static string? Of(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes[..Math.Min(bytes.Length, SendResult.MaxAnswerBytes)];
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var size) == System.Buffers.OperationStatus.Done && (!Rune.IsControl(rune) || rune.Value is '\n' or '\t'))
            {
                text.Append(rune);
            }

            bytes = bytes[size..];
        }

        return text.ToString().Trim() is { Length: > 0 } answer ? answer : null;
    }

    public static string? Of(string? text) => text is null ? null : Of(Encoding.UTF8.GetBytes(text));
}
