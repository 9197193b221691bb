create table if not exists orders (id identity primary key, product varchar(50) not null, units int not null);
create table if not exists audit (id identity primary key, entry varchar(100) not null);
