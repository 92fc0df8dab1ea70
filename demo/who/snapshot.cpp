// SPDX-License-Identifier: MIT
#include "who/snapshot.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <functional>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

namespace parallax::demo::who {
namespace {

namespace fs = std::filesystem;

/// A file of the kernel's, which has no size and may be gone while it is read.
/// @return its text, or errno.
std::expected<std::string, int> read_text(const fs::path& file) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        return std::unexpected(errno);
    }
    std::string text;
    std::array<char, 16384> part{};
    for (;;) {
        const ssize_t length = ::read(fd.get(), part.data(), part.size());
        if (length == 0) {
            return text;
        }
        if (length > 0) {
            text.append(part.data(), static_cast<std::size_t>(length));
        } else if (errno != EINTR) {
            return std::unexpected(errno);
        }
    }
}

/// That is this user's, and no failure of the reading.
bool means_refused(int error) {
    return error == EACCES || error == EPERM;
}

/// A process that ended, or was never there.
bool means_gone(int error) {
    return error == ENOENT || error == ESRCH;
}

/// @throws std::system_error where @p error means neither: this process lacks fds or memory.
void require_answer(int error, const fs::path& what) {
    if (error != 0 && !means_refused(error) && !means_gone(error)) {
        throw std::system_error(error, std::system_category(),
                                text::format("cannot read {}", what.string()));
    }
}

/// Calls @p look with each entry of a folder, which may be gone meanwhile.
/// @return errno, or 0.
template <typename Look>
int for_each_entry(const fs::path& folder, const Look& look) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        look(*entry);
    }
    return error.value();
}

/// Opens what a link of /proc leads to, as a place alone: nothing is asked of its file system.
UniqueFd open_path(const fs::path& link) {
    return UniqueFd(::open(link.c_str(), O_PATH | O_CLOEXEC));
}

/// @return nothing for other files than dma-bufs, and where this user may not follow the link.
std::optional<struct stat> stat_dma_buf(const fs::path& link) {
    const UniqueFd file = open_path(link);
    struct stat status{};
    return file && parallax::is_dma_buf(file.get()) && ::fstat(file.get(), &status) == 0
               ? std::optional(status)
               : std::nullopt;
}

/// Users by their numbers; asked once for each, since the answer may come over a network.
class Users {
public:
    const std::string& name(uid_t user) {
        auto [known, is_new] = names_.try_emplace(user);
        if (is_new) {
            const passwd* const entry = ::getpwuid(user);
            known->second = entry != nullptr ? printable(entry->pw_name) : std::to_string(user);
        }
        return known->second;
    }

private:
    std::map<uid_t, std::string> names_;
};

class Scan {
public:
    explicit Scan(const Places& places) : places_(places) {}

    std::expected<Snapshot, Reasons> run() {
        const int error = for_each_entry(places_.proc, [this](const fs::directory_entry& entry) {
            if (const auto pid = number_in(entry.path().filename().native())) {
                see_process(static_cast<pid_t>(*pid));
            }
        });
        require_answer(error, places_.proc);
        if (error != 0) {
            return std::unexpected(
                Reasons{text::format("{}: {}", places_.proc.string(), std::strerror(error))});
        }
        if (refused_ > 0) {
            snapshot_.missing.push_back(
                text::format("what {} processes hold that this user may not look into", refused_));
        }
        if (std::error_code ignored; !fs::exists(places_.proc / "1", ignored)) {
            snapshot_.missing.emplace_back("processes that /proc hides (mounted with hidepid)");
        }
        see_bufinfo();
        see_buffers_of_sysfs();
        resolve_mappings();
        for (auto& [inode, found] : buffers_) {
            snapshot_.buffers.push_back(std::move(found));
        }
        std::ranges::stable_sort(snapshot_.buffers, std::greater(), &Buffer::size);
        return std::move(snapshot_);
    }

private:
    /// Whose fds and mappings are looked at; a Holder of nothing yet.
    struct Task {
        fs::path folder;
        Holder holder;
        bool refused = false;
    };
    struct Mapped {
        fs::path file; ///< in map_files, which root alone may follow
        Holder holder;
        MappedRange range;
    };

    Buffer& buffer(std::uint64_t inode) {
        Buffer& buffer = buffers_[inode];
        buffer.inode = inode;
        return buffer;
    }

    static Holder& holder(Buffer& buffer, const Holder& whose) {
        const auto known = std::ranges::find(buffer.holders, whose.pid, &Holder::pid);
        return known != buffer.holders.end() ? *known : buffer.holders.emplace_back(whose);
    }

    /// Notes what could not be read for @p error. A process that has ended is none that is missing.
    static void pass_over(int error, Task& task) {
        require_answer(error, task.folder);
        task.refused = task.refused || means_refused(error);
    }

    std::optional<ProcessStatus> status_of(Task& task) {
        const auto text = read_text(task.folder / "status");
        if (!text) {
            pass_over(text.error(), task);
            return std::nullopt;
        }
        return parse_status(*text);
    }

    void see_process(pid_t pid) {
        Task task{.folder = places_.proc / std::to_string(pid), .holder = {.pid = pid}};
        auto status = status_of(task);
        if (status && status->zombie) {
            status = find_living_thread(task);
        }
        if (status && status->has_memory) { // threads of the kernel have none
            task.holder.process = status->name;
            task.holder.user = users_.name(status->user);
            see_fds(task);
            see_maps(task);
        }
        refused_ += task.refused ? 1 : 0;
    }

    /// The first thread has ended and has nothing any more; the others have what the process holds.
    std::optional<ProcessStatus> find_living_thread(Task& task) {
        std::optional<ProcessStatus> living;
        for_each_entry(task.folder / "task", [&](const fs::directory_entry& thread) {
            Task candidate{.folder = thread.path(), .holder = task.holder};
            const auto status = living ? std::nullopt : status_of(candidate);
            if (status && status->has_memory) {
                living = status;
                task.folder = candidate.folder;
            }
        });
        return living;
    }

    void see_fds(Task& task) {
        const int error = for_each_entry(task.folder / "fd", [&](const fs::directory_entry& fd) {
            constexpr std::string_view prefix = "/dmabuf:";
            std::array<char, prefix.size()> link{};
            if (::readlink(fd.path().c_str(), link.data(), link.size()) ==
                    static_cast<ssize_t>(link.size()) &&
                std::string_view(link) == prefix) {
                see_fd(task, fd.path());
            }
        });
        pass_over(error, task);
    }

    void see_fd(const Task& task, const fs::path& fd) {
        const auto text = read_text(task.folder / "fdinfo" / fd.filename());
        if (!text) {
            return; // closed meanwhile
        }
        const auto info = parse_fdinfo(*text);
        const auto status = info && device_ ? std::nullopt : stat_dma_buf(fd);
        if (status) {
            device_ = status->st_dev;
        }
        if (info) {
            Buffer& found = buffer(info->inode);
            found.size = info->size;
            found.exporter = info->exporter;
            found.name = info->name;
            found.references = info->references;
            ++holder(found, task.holder).fds;
        } else if (status) { // with O_PATH; fdinfo tells no more than of any file
            Buffer& found = buffer(status->st_ino);
            found.size = static_cast<std::uint64_t>(status->st_size);
            ++holder(found, task.holder).path_fds;
        }
    }

    void see_maps(Task& task) {
        const auto text = read_text(task.folder / "maps");
        if (!text) {
            pass_over(text.error(), task);
            return;
        }
        for (MappedRange& range : parse_maps(*text)) {
            mapped_.push_back({.file = task.folder / "map_files" /
                                       text::format("{:x}-{:x}", range.start, range.end),
                               .holder = task.holder,
                               .range = std::move(range)});
        }
    }

    void see_bufinfo() {
        const auto text = read_text(places_.bufinfo);
        snapshot_.has_bufinfo = text.has_value();
        if (!text) {
            snapshot_.missing.push_back(text::format(
                "buffers that only the kernel holds, attached devices and fences ({}: {})",
                places_.bufinfo.string(), std::strerror(text.error())));
            return;
        }
        for (BufInfo& info : parse_bufinfo(*text)) {
            Buffer& found = buffer(info.inode);
            found.size = info.size;
            found.exporter = std::move(info.exporter);
            found.references = info.references; // of one moment for all
            found.devices = std::move(info.devices);
            found.fences = std::move(info.fences);
            if (found.name.empty()) {
                found.name = std::move(info.name);
            }
        }
    }

    void see_buffers_of_sysfs() {
        for_each_entry(places_.buffers, [this](const fs::directory_entry& entry) {
            const auto inode = number_in(entry.path().filename().native());
            const auto size = read_text(entry.path() / "size");
            const auto exporter = read_text(entry.path() / "exporter_name");
            if (!inode || !size || !exporter) {
                return;
            }
            Buffer& found = buffer(*inode);
            found.size = number_in(size->substr(0, size->find('\n'))).value_or(found.size);
            found.exporter = printable(exporter->substr(0, exporter->find('\n')));
        });
    }

    /// A file of any file system can be called as dma-bufs are.
    [[nodiscard]] bool is_dma_buf(const Mapped& mapped) const {
        if (device_) {
            return mapped.range.device == *device_;
        }
        if (const UniqueFd file = open_path(mapped.file)) {
            return parallax::is_dma_buf(file.get());
        }
        return major(mapped.range.device) == 0; // no disk
    }

    void resolve_mappings() {
        for (const Mapped& mapped : mapped_) {
            if (!is_dma_buf(mapped)) {
                continue;
            }
            const MappedRange& range = mapped.range;
            Buffer& found = buffer(range.inode);
            ++holder(found, mapped.holder).mappings;
            if (found.name.empty()) {
                found.name = range.name;
            }
            if (found.size != 0 && !found.size_is_least) {
                continue;
            }
            const auto status = stat_dma_buf(mapped.file);
            found.size_is_least = !status;
            found.size = status ? static_cast<std::uint64_t>(status->st_size)
                                : std::max(found.size, range.offset + (range.end - range.start));
        }
    }

    const Places& places_;
    Snapshot snapshot_;
    Users users_;
    std::map<std::uint64_t, Buffer> buffers_; // by inode
    std::vector<Mapped> mapped_;
    std::optional<dev_t> device_; // of the file system of dma-bufs, once one was seen
    std::size_t refused_ = 0;
};

} // namespace

std::uint64_t Buffer::other_references() const {
    const std::uint64_t seen = std::transform_reduce(
        holders.begin(), holders.end(), std::uint64_t{0}, std::plus(),
        [](const Holder& holder) { return std::uint64_t{holder.fds} + holder.mappings; });
    return references.value_or(0) - std::min(references.value_or(0), seen);
}

std::expected<Snapshot, Reasons> take_snapshot(const Places& places) {
    return Scan(places).run();
}

} // namespace parallax::demo::who
