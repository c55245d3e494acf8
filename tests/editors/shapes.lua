-- The order table in a real Neovim: no trace, only a wrong screen. Env: WS, the program's folder.
local common = dofile(debug.getinfo(1, 'S').source:sub(2):match('.*/') .. 'common.lua')
local check, wait, execute, uri = common.check, common.wait, common.execute, common.uri
-- The text of the loaded buffer whose name ends so.
local function text(ending)
  for _, b in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(b) and vim.api.nvim_buf_get_name(b):find(ending, 1, true) then
      return table.concat(vim.api.nvim_buf_get_lines(b, 0, -1, false), '\n')
    end
  end
  return ''
end

vim.cmd('edit ' .. vim.fn.fnameescape(vim.env.WS .. '/components/OrderTable.tsx'))
common.attaches()
check('the table of a place', function()
  local found = execute('crimescene.traceShape', { uri = uri('components/OrderTable.tsx'), line = 31 })
  assert(found.kind == 'missing-key' and found.line == 31, vim.inspect(found))
  wait('shown', function() return text('data-shape.md'):find('| hop | place | produced | read | verdict |', 1, true) end)
  assert(text('data-shape.md'):find('totalCents', 1, true))
end)
check('the mark at the hop', function()
  local source = vim.fn.bufnr('components/OrderTable.tsx')
  wait('diagnostic', function() return #vim.diagnostic.get(source) == 1 end)
  local one = vim.diagnostic.get(source)[1]
  assert(one.lnum == 31, one.lnum)
  assert(one.message == 'total is not there; what is produced is totalCents', one.message)
end)
check('the prompt of the chain', function()
  execute('crimescene.buildPrompt', { chain = {
    uri('api/orders.ts'), uri('hooks/useOrders.ts'), uri('components/OrderTable.tsx') } })
  wait('prompt', function() return text('prompt.md'):find('## Data shape', 1, true) end)
  local row = 'components/OrderTable.tsx:32 | totalCents'
  assert(text('prompt.md'):find(row, 1, true), text('prompt.md'))
end)
check('the mark goes with its line', function()
  local source = vim.fn.bufnr('components/OrderTable.tsx')
  local line = vim.api.nvim_buf_get_lines(source, 31, 32, false)[1]
  vim.api.nvim_buf_set_lines(source, 31, 32, false, { (line:gsub('order.total', 'order.totalCents')) })
  wait('no diagnostic', function() return #vim.diagnostic.get(source) == 0 end)
end)
common.done()
