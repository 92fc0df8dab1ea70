// SPDX-License-Identifier: MIT
//
// Calls that must be refused and must not change anything.
#include "worker.hpp"

#include <importer.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace stress {
namespace {

struct WrongRequest {
    const char* name;
    std::size_t size;
    unsigned fd;
    unsigned fd_flags;
    std::uint64_t heap_flags;
    int error;
};

const std::array<WrongRequest, 8> wrong_requests{{
    {"a buffer of no bytes", 0, 0, O_RDWR, 0, EINVAL},
    {"a size that overflows", ~std::size_t{0}, 0, O_RDWR, 0, EINVAL},
    {"a buffer of an exbibyte", std::size_t{1} << 60, 0, O_RDWR, 0, EFBIG},
    {"a request with an fd", page, 3, O_RDWR, 0, EINVAL},
    {"an unknown fd flag", page, 0, O_RDWR | O_NONBLOCK, 0, EINVAL},
    {"access mode 3", page, 0, O_ACCMODE | O_APPEND, 0, EINVAL},
    {"an unknown heap flag", page, 0, O_RDWR, 1, EINVAL},
    {"unknown heap flags", page, 0, O_RDWR, ~std::uint64_t{0}, EINVAL},
}};

} // namespace

void Worker::wrong_input() {
    dma_heap_allocation_data data = uapi::request(page);
    void* const nowhere = address_space_; // reserved, and not accessible
    Buffer* buffer = any_buffer_with_fd();
    const int fd = buffer == nullptr ? -1 : any_fd(*buffer);
    const auto map = [&](std::size_t size, int protection, int flags, std::size_t offset) {
        return call([&, fd] {
            return ::mmap(nullptr, size, protection, flags, fd, static_cast<off_t>(offset));
        });
    };
    switch (random_.below(buffer == nullptr ? 4 : 12)) {
    case 0: {
        const WrongRequest& wrong = random_.pick(wrong_requests);
        data = {.len = wrong.size,
                .fd = wrong.fd,
                .fd_flags = wrong.fd_flags,
                .heap_flags = wrong.heap_flags};
        return must_fail(call([&] { return ::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, &data); }),
                         wrong.error, wrong.name);
    }
    case 1:
        return must_fail(call([&] { return ::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, nowhere); }),
                         EFAULT, "a request that cannot be read");
    case 2:
        return must_fail(call([&] { return ::ioctl(node_.get(), EXPORTER_IOCTL_HELLO, nowhere); }),
                         EFAULT, "an answer that cannot be written");
    case 3: { // readable, so that the allocation is made before it fails
        void* place =
            ::mmap(nullptr, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (place == MAP_FAILED) {
            return;
        }
        std::memcpy(place, &data, sizeof(data));
        ::mprotect(place, page, PROT_READ);
        const Result refused =
            call([&] { return ::ioctl(node_.get(), DMA_HEAP_IOCTL_ALLOC, place); });
        ::munmap(place, page);
        return must_fail(refused, EFAULT, "an allocation whose answer cannot be written");
    }
    case 4:
        return must_fail(map(buffer->bytes() + page, PROT_READ, MAP_SHARED, 0),
                         buffer->mode == O_WRONLY ? EACCES : EINVAL, "a mapping beyond the end");
    case 5:
        return must_fail(map(page, PROT_READ, MAP_SHARED, buffer->bytes()),
                         buffer->mode == O_WRONLY ? EACCES : EINVAL, "a mapping after the end");
    case 6:
        return must_fail(map(buffer->bytes(), PROT_READ | PROT_WRITE, MAP_PRIVATE, 0),
                         buffer->mode == O_WRONLY ? EACCES : EINVAL, "a private writable mapping");
    case 7:
        if (buffer->mode == O_RDWR) {
            return must_fail(map(0, PROT_READ, MAP_SHARED, 0), EINVAL, "a mapping of nothing");
        }
        return must_fail(map(page, PROT_READ | PROT_WRITE, MAP_SHARED, 0), EACCES,
                         "a writable mapping of an fd that is not");
    case 8: {
        dma_buf_sync sync{.flags = 0x10U << random_.below(8)};
        return must_fail(call([&] { return ::ioctl(fd, DMA_BUF_IOCTL_SYNC, &sync); }), EINVAL,
                         "an unknown SYNC flag");
    }
    case 9:
        return must_fail(call([&] { return ::ioctl(fd, DMA_BUF_IOCTL_SYNC, nowhere); }), EFAULT,
                         "a SYNC that cannot be read");
    case 10:
        return must_fail(call([&] { return ::read(fd, scratch_.data(), page); }), 0,
                         "read() of a dma-buf");
    default:
        return must_fail(call([&] { return ::ftruncate(fd, 0); }), 0, "ftruncate() of a dma-buf");
    }
}

/// A random command and argument. Some are valid by chance, which does no harm, except one that
/// makes an fd.
void Worker::random_ioctl() {
    Buffer* buffer = any_buffer_with_fd();
    const bool node = buffer == nullptr || random_.one_in(2);
    constexpr std::array<unsigned, 4> types{'H', 'b', 'i', 0};
    unsigned type = random_.pick(types);
    const auto number = static_cast<unsigned>(random_.below(random_.one_in(2) ? 8 : 256));
    const auto size = static_cast<unsigned>(random_.one_in(2) ? 24 : random_.below(128));
    const unsigned command = _IOC(static_cast<unsigned>(random_.below(4)), type, number, size);
    for (std::size_t i = 0; i + 8 <= 2 * page; i += random_.between(8, 64)) {
        const std::uint64_t value = random_.awkward();
        std::memcpy(scratch_.data() + i, &value, sizeof(value));
    }
    void* argument = random_.one_in(4) ? reinterpret_cast<void*>(random_.awkward())
                                       : scratch_.data() + random_.below(64);
    // The only one that allocates.
    if (command == EXPORTER_IOCTL_HELLO) {
        return;
    }
    // All workers would wait for the fence of that fd.
    if (!node && _IOC_TYPE(command) == 'b' && _IOC_NR(command) == 3) {
        return;
    }
    ++setup_.counters->wrong_inputs;
    const int fd = node ? node_.get() : any_fd(*buffer);
    const Result result = call([&] { return ::ioctl(fd, command, argument); });
    if (result.error == 0 && node && _IOC_TYPE(command) == 'H') {
        dma_heap_allocation_data data{};
        std::memcpy(&data, argument, std::min<std::size_t>(_IOC_SIZE(command), sizeof(data)));
        ::close(static_cast<int>(data.fd));
    } else if (result.error == 0 && !node && _IOC_NR(command) == 2) {
        dma_buf_export_sync_file made{};
        std::memcpy(&made, argument, sizeof(made));
        ::close(made.fd);
    }
}

} // namespace stress
