using System.Globalization;
using System.Text;
using CsCheck;
using CsvHelper;
using SalesOs.Dashboard.Answers;
using SalesOs.Dashboard.Tests.Persistence;

namespace SalesOs.Dashboard.Tests.Answers;

public class SpreadsheetCellTests
{
    private const string Signs = "=+-@＝＋－＠\t\r\n";

    [Fact]
    public async Task Cells_OfAnyText_BeginNoFormulaWhateverTheSeparator()
    {
        await OddText.Any.Array[1, 4].SampleAsync(
            async texts =>
            {
                var written = await WriteAsync(texts);
                foreach (var separator in (char[])[',', ';', '\t', '|'])
                {
                    foreach (var cell in PlainCells(written, separator).Concat(QuotedCells(written, separator)))
                    {
                        (cell.Length > 0 && Signs.Contains(cell[0], StringComparison.Ordinal)).ShouldBeFalse($"{Escaped(cell)} of {Escaped(written)} by {Escaped(separator.ToString())}");
                    }
                }
            },
            iter: 20_000);
    }

    [Theory]
    [InlineData("x;=1+1;y", "x;'=1+1;y")]
    [InlineData("X (X11;=2+3;Linux)", "X (X11;'=2+3;Linux)")]
    [InlineData("=1", "'=1")]
    [InlineData("  \u200B\"＝1", "  \u200B\"'＝1")]
    [InlineData("a,\t-1", "a,'\t'-1")]
    [InlineData("CRM - sync (a+b@c.d) = 1", "CRM - sync (a+b@c.d) = 1")]
    [InlineData("", "")]
    [InlineData(null, null)]
    public void Of_Text_PutsAnApostropheWhereACellMayBegin(string? text, string? cell) => SpreadsheetCell.Of(text).ShouldBe(cell);

    private static async Task<string> WriteAsync(IEnumerable<string> texts)
    {
        using var file = new MemoryStream();
        await using (var csv = CsvWriter.Create(file, new CsvWriterOptions(), leaveOpen: true))
        {
            foreach (var text in texts)
            {
                csv.WriteField(SpreadsheetCell.Of(text));
            }

            await csv.EndRecordAsync(CancellationToken.None);
        }

        return Encoding.UTF8.GetString(file.ToArray());
    }

    /// <summary>As a reader that knows no quotes: each line is split, and quotes, spaces and what can't be seen are passed over at the beginning.</summary>
    private static IEnumerable<string> PlainCells(string file, char separator) =>
        file.Split(['\r', '\n']).SelectMany(line => line.Split(separator)).Select(cell => separator == '\t' ? Begun(cell) : Begun(cell, "\t"));

    /// <summary>As a reader that knows quotes, where a cell begins with one; what follows the closing quote is taken as it stands.</summary>
    private static List<string> QuotedCells(string file, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < file.Length; i++)
        {
            var c = file[i];
            if (quoted && c == '"' && i + 1 < file.Length && file[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else if (c == '"' && (quoted || cell.Length == 0))
            {
                quoted = !quoted;
            }
            else if (!quoted && (c == separator || c is '\r' or '\n'))
            {
                cells.Add(Begun(cell.ToString(), "\t"));
                cell.Clear();
            }
            else
            {
                cell.Append(c);
            }
        }

        cells.Add(Begun(cell.ToString(), "\t"));
        return cells;
    }

    private static string Begun(string cell, string kept = "")
    {
        var start = 0;
        while (start < cell.Length && !kept.Contains(cell[start], StringComparison.Ordinal) && IsPassedOver(cell[start]))
        {
            start++;
        }

        return cell[start..];
    }

    private static bool IsPassedOver(char c) =>
        c == '"' || char.IsWhiteSpace(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.NonSpacingMark;

    private static string Escaped(string text) => string.Concat(text.Select(c => c is > ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
