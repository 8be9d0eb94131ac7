using CsvHelper;

namespace SalesOs.Dashboard.Answers;

/// <summary>A CSV file that spreadsheets open, written row by row to a stream, which stays open: UTF-8 with its mark, and no cell is run as a formula.</summary>
public sealed class SpreadsheetFile(Stream output) : IAsyncDisposable
{
    public const string ContentType = "text/csv; charset=utf-8";

    private static readonly CsvWriterOptions Options = new()
    {
        // Without it a spreadsheet takes UTF-8 for the local code page.
        WriteByteOrderMark = true,
    };

    private readonly CsvWriter csv = CsvWriter.Create(output, Options, leaveOpen: true);

    public async Task WriteRowAsync(IEnumerable<string?> cells, CancellationToken cancellationToken)
    {
        foreach (var cell in cells)
        {
            csv.WriteField(SpreadsheetCell.Of(cell));
        }

        await csv.EndRecordAsync(cancellationToken);
    }

    /// <summary>Sends on what was written so far.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await csv.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => csv.DisposeAsync();
}
