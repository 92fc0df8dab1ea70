// SPDX-License-Identifier: MIT
//
// Common to the tests of the exporter's user space API: opening the node, raw allocation, raw
// mappings, and patterns that are different in every page.
#pragma once

#include "parallax/dmabuf/page_size.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "support/fds.hpp"

#include <linux/dma-buf.h>
#include <linux/dmabuf_exporter.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace uapi {

using parallax::UniqueFd;
using parallax::test::count_open_fds;

inline constexpr const char* node_path = "/dev/exporter";
inline const std::size_t page = parallax::page_size();
inline constexpr std::size_t mib = std::size_t{1} << 20;
/// Size of an entry of the page middle directory: 2 MiB with pages of 4 KiB.
inline const std::size_t large = parallax::page_table_reach();

/// The errno of a call that returned @p result, or 0 if it did not fail.
inline int error_of(long result) {
    return result == -1 ? errno : 0;
}

/// The number of the next fd. It also tells a number that is taken and has no file, which no list
/// of open fds has.
int next_fd();

/// @throws std::system_error when the node cannot be opened.
UniqueFd open_node(int flags = O_RDWR | O_CLOEXEC);

/// A valid allocation request, of which a test changes a field.
dma_heap_allocation_data request(std::size_t size);

/// @throws std::system_error when the allocation fails.
UniqueFd allocate(const UniqueFd& node, std::size_t size, unsigned flags = O_RDWR | O_CLOEXEC);

/// One mapping, at an address that the test chooses or leaves to the kernel.
class Map {
public:
    struct Where {
        std::size_t offset = 0;
        int protection = PROT_READ | PROT_WRITE;
        int flags = MAP_SHARED;
        void* address = nullptr; ///< with MAP_FIXED
    };

    /// @throws std::system_error with mmap's errno.
    Map(const UniqueFd& fd, std::size_t size) : Map(fd, size, Where{}) {}
    Map(const UniqueFd& fd, std::size_t size, Where where);
    Map(const Map&) = delete;
    Map& operator=(const Map&) = delete;
    ~Map();

    [[nodiscard]] std::byte* begin() const { return address_; }
    [[nodiscard]] std::byte* at(std::size_t offset) const { return address_ + offset; }
    [[nodiscard]] std::size_t size() const { return size_; }

    /// The test has unmapped or moved it.
    void forget() { size_ = 0; }

private:
    std::byte* address_ = nullptr;
    std::size_t size_ = 0;
};

/// Address space in which a mapping can be put at a chosen distance from a multiple of `large`.
class Reservation {
public:
    explicit Reservation(std::size_t size);
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;
    ~Reservation();

    /// @return an address @p distance bytes after a multiple of `large`, with @p size bytes after
    /// it.
    [[nodiscard]] std::byte* at(std::size_t distance) const;

private:
    std::byte* address_ = nullptr;
    std::size_t size_ = 0;
};

/// Writes the page's number to the beginning and the end of every page.
void stamp(std::byte* pages, std::size_t size, std::uint64_t seed, std::size_t first = 0);

/// @return the index of the first page that stamp() has not written so, or -1.
long first_wrong(const std::byte* pages, std::size_t size, std::uint64_t seed,
                 std::size_t first = 0);

/// @return the offset of the first byte that is not zero, or -1.
long first_nonzero(const std::byte* bytes, std::size_t size);

/// Runs @p body in a child process.
/// @return its wait status; a child whose body returns exits with that value, one whose body throws
/// with 255.
int in_child(const std::function<int()>& body);

/// @return the errno of mmap(), or 0; the mapping is unmapped then.
int map_error(int fd, std::size_t size, Map::Where where);

std::string read_text(const std::string& path);
void write_text(const std::string& path, const std::string& text);

/// Sets a parameter of the module during the life of this object.
class Parameter {
public:
    Parameter(const std::string& name, std::size_t value)
        : path_("/sys/module/dmabuf_exporter/parameters/" + name),
          before_(read_text(path_)) {
        write_text(path_, std::to_string(value));
    }
    Parameter(const Parameter&) = delete;
    Parameter& operator=(const Parameter&) = delete;
    ~Parameter() { write_text(path_, before_); }

private:
    std::string path_;
    std::string before_;
};

/// A figure of the module's statistics in debugfs.
long stat(const std::string& name);

/// The same, but waits for it to become @p expected: the last close of a process that has exited
/// may run a moment after wait() has returned.
long stat_once(const std::string& name, long expected);

} // namespace uapi
