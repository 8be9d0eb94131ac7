namespace SalesOs.Dashboard.Cluster;

/// <summary>The accepted signatures with one timestamp, in memory and on their pages of the file.</summary>
/// <param name="signatures">Empty.</param>
internal sealed class ReplaySecond(long timestamp, HashSet<UInt128> signatures)
{
    /// <summary>The one that is not full last.</summary>
    private readonly List<int> pages = [];
    private int onLastPage;

    public long Timestamp => timestamp;

    public HashSet<UInt128> Signatures => signatures;

    /// <summary>By the steady clock, milliseconds.</summary>
    public long KeepUntil { get; set; }

    /// <summary>Takes in a page that an earlier process has written. A signature that stands there twice was given back.</summary>
    public void Recall(ReplayFile file, int page, int used)
    {
        pages.Add(page);
        onLastPage = used;
        for (var i = 0; i < used; i++)
        {
            var signature = file.Read(page, i);
            if (!signatures.Remove(signature))
            {
                signatures.Add(signature);
            }
        }
    }

    /// <summary>False: the file or the disk is full.</summary>
    public bool TryWrite(ReplayFile? file, UInt128 signature)
    {
        if (file is null)
        {
            return true;
        }

        if (pages.Count == 0 || onLastPage == ReplayFile.PerPage)
        {
            if (!file.TryTakePage(timestamp, out var page))
            {
                return false;
            }

            pages.Add(page);
            onLastPage = 0;
        }

        file.Append(pages[^1], onLastPage++, signature);
        return true;
    }

    public void Free(ReplayFile? file) => pages.ForEach(page => file?.Free(page));
}
