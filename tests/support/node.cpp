// SPDX-License-Identifier: MIT
#include "support/node.hpp"

#include "parallax/system_call.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace uapi {
namespace {

[[noreturn]] void throw_errno(const std::string& sentence) {
    throw std::system_error(errno, std::generic_category(), sentence);
}

std::uint64_t mark(std::uint64_t seed, std::size_t index) {
    return (seed << 40) ^ (index * 0x9e3779b97f4a7c15U) ^ 0x5a5a5a5a5a5a5a5aU;
}

} // namespace

int next_fd() {
    const UniqueFd fd(::open("/", O_PATH | O_CLOEXEC));
    return fd.get();
}

UniqueFd open_node(int flags) {
    UniqueFd fd(::open(node_path, flags));
    if (!fd) {
        throw_errno("cannot open /dev/exporter (is the module dmabuf_exporter loaded?)");
    }
    return fd;
}

dma_heap_allocation_data request(std::size_t size) {
    return {.len = size, .fd = 0, .fd_flags = O_RDWR | O_CLOEXEC, .heap_flags = 0};
}

UniqueFd allocate(const UniqueFd& node, std::size_t size, unsigned flags) {
    dma_heap_allocation_data data = request(size);
    data.fd_flags = flags;
    if (::ioctl(node.get(), DMA_HEAP_IOCTL_ALLOC, &data) != 0) {
        throw_errno("cannot allocate " + std::to_string(size) + " bytes");
    }
    return UniqueFd(static_cast<int>(data.fd));
}

Map::Map(const UniqueFd& fd, std::size_t size, Where where) : size_(size) {
    void* address = ::mmap(where.address, size, where.protection, where.flags, fd.get(),
                           static_cast<off_t>(where.offset));
    if (address == MAP_FAILED) {
        size_ = 0;
        throw_errno("cannot map " + std::to_string(size) + " bytes");
    }
    address_ = static_cast<std::byte*>(address);
}

Map::~Map() {
    if (size_ != 0) {
        ::munmap(address_, size_);
    }
}

Reservation::Reservation(std::size_t size) : size_(size + 2 * large) {
    void* address =
        ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (address == MAP_FAILED) {
        throw_errno("cannot reserve address space");
    }
    address_ = static_cast<std::byte*>(address);
}

Reservation::~Reservation() {
    ::munmap(address_, size_);
}

std::byte* Reservation::at(std::size_t distance) const {
    const auto over = reinterpret_cast<std::uintptr_t>(address_) % large;
    return address_ + (over == 0 ? 0 : large - over) + distance;
}

void stamp(std::byte* pages, std::size_t size, std::uint64_t seed, std::size_t first) {
    for (std::size_t offset = 0; offset < size; offset += page) {
        const std::uint64_t value = mark(seed, first + offset / page);
        std::memcpy(pages + offset, &value, sizeof(value));
        std::memcpy(pages + offset + page - sizeof(value), &value, sizeof(value));
    }
}

long first_wrong(const std::byte* pages, std::size_t size, std::uint64_t seed, std::size_t first) {
    for (std::size_t offset = 0; offset < size; offset += page) {
        const std::uint64_t value = mark(seed, first + offset / page);
        if (std::memcmp(pages + offset, &value, sizeof(value)) != 0 ||
            std::memcmp(pages + offset + page - sizeof(value), &value, sizeof(value)) != 0) {
            return static_cast<long>(offset / page);
        }
    }
    return -1;
}

long first_nonzero(const std::byte* bytes, std::size_t size) {
    if (size == 0 || (bytes[0] == std::byte{0} && std::memcmp(bytes, bytes + 1, size - 1) == 0)) {
        return -1;
    }
    std::size_t offset = 0;
    while (bytes[offset] == std::byte{0}) {
        ++offset;
    }
    return static_cast<long>(offset);
}

int in_child(const std::function<int()>& body) {
    std::fflush(nullptr); // or the child would print it again
    const pid_t child = ::fork();
    if (child < 0) {
        throw_errno("cannot fork");
    }
    if (child == 0) {
        int status = 255;
        try {
            status = body();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "in the child: %s\n", error.what());
        }
        std::fflush(nullptr);
        ::_exit(status);
    }
    int status = 0;
    if (::waitpid(child, &status, 0) != child) {
        throw_errno("cannot wait for the child");
    }
    return status;
}

int map_error(int fd, std::size_t size, Map::Where where) {
    void* address = ::mmap(where.address, size, where.protection, where.flags, fd,
                           static_cast<off_t>(where.offset));
    if (address == MAP_FAILED) {
        return errno;
    }
    ::munmap(address, size);
    return 0;
}

long stat(const std::string& name) {
    std::istringstream figures(read_text("/sys/kernel/debug/dmabuf_exporter/stats"));
    std::string found;
    long value = 0;
    while (figures >> found >> value) {
        if (found == name) {
            return value;
        }
    }
    throw std::out_of_range("the module has no figure named " + name);
}

long stat_once(const std::string& name, long expected) {
    long value = stat(name);
    for (int i = 0; i < 300 && value != expected; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        value = stat(name);
    }
    return value;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        throw std::system_error(errno, std::generic_category(), "cannot read " + path);
    }
    return text.str();
}

void write_text(const std::string& path, const std::string& text) {
    const UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd || ::write(fd.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size())) {
        throw_errno("cannot write '" + text + "' to " + path);
    }
}

} // namespace uapi
